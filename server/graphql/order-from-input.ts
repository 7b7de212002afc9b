import { createHash, randomBytes } from 'node:crypto'
import { checkDevice } from '../core/devices.js'
import { NoisegraphError } from '../core/errors.js'
import { makeOrder, type CallRequest, type OrderRequest } from '../core/make-order.js'
import type { Order } from '../core/order.js'
import { readsWords, wordsOf } from '../core/words.js'
import type { GenerateInput } from './_resolvers-types.js'
import type { CataloguedPlugin, Context } from './context.js'
import { readTyped } from './plugin-schema.js'

/** The order that a request asks for, checked, every default filled in. */
export async function orderFromInput(input: GenerateInput, context: Context): Promise<Order> {
  const { models, defaultModel, plugins, uploads, workers } = context
  const order = await makeOrder(request(input, context), { models, defaultModel, findImage: id => uploads.get(id), samplers: plugins.samplers(), conditioners: plugins.conditioners() })
  if (order.device !== 'auto') checkDevice(order.device, await workers.list())
  return order
}

function request(input: GenerateInput, { catalogue }: Context): OrderRequest {
  const { recipe, idempotencyKey, sampler, schedule, conditioners, stages, device, noise, format, ...plain } = input
  const base = recipe == null ? {} : fromRecipe(recipe)
  const given = Object.fromEntries(Object.entries(plain).filter(([, v]) => v != null))
  const reworded = !conditioners && base.conditioners && wordsOf(base.conditioners) ? rewordedBy(base.conditioners, given) : {}
  return {
    ...base, ...given, ...reworded,
    ...readCalls({ sampler, schedule, conditioners }, catalogue, ''),
    ...(stages && { stages: stages.map(({ model, sampler, schedule, conditioners, ...rest }, i) => ({ model, ...Object.fromEntries(Object.entries(rest).filter(([, v]) => v != null)), ...readCalls({ sampler, schedule, conditioners }, catalogue, `stages.${i}.`) })) }),
    ...(device && { device: device.toLowerCase() as Order['device'] }),
    // The recipe's quality belongs to the recipe's format.
    ...(format && { format: format.toLowerCase(), quality: plain.quality ?? null }),
    ...(noise && { noise: noise.toLowerCase() as Order['noise'] }),
    seed: plain.seed ?? base.seed ?? drawSeed(idempotencyKey),
  }
}

/** A request repeated under one key must be the same request, so its seed comes from the key. */
const drawSeed = (key: string | null | undefined): string =>
  (key == null ? randomBytes(8) : createHash('sha256').update(key).digest()).readBigUInt64BE().toString()

const readCalls = ({ sampler, schedule, conditioners }: Pick<GenerateInput, 'sampler' | 'schedule' | 'conditioners'>, catalogue: Context['catalogue'], at: string): Pick<OrderRequest, 'sampler' | 'schedule' | 'conditioners'> => ({
  ...(sampler && { sampler: readCall(sampler, catalogue.samplers, `${at}sampler`) }),
  ...(schedule && { schedule: readCall(schedule, catalogue.schedules, `${at}schedule`) }),
  ...(conditioners && { conditioners: conditioners.map((c, i) => readCall(c, catalogue.conditioners, `${at}conditioners.${i}`)) }),
})

/** The one field that a @oneOf input has: a plugin's own, or `plugin` with a name. */
function readCall(input: object, plugins: readonly CataloguedPlugin[], field: string): CallRequest {
  const [key, value] = Object.entries(input)[0]!
  if (key === 'plugin') return { name: value.name, options: value.options }
  const plugin = plugins.find(p => p.inputField === key)
  if (!plugin) throw new NoisegraphError('UNKNOWN_PLUGIN', `"${key}" was unloaded a moment ago. Ask again for what there is.`, field)
  return { name: plugin.name, options: readTyped(plugin, value) }
}

const recipeFields = ['model', 'sampler', 'schedule', 'conditioners', 'steps', 'guidanceScale', 'width', 'height', 'frames', 'seconds', 'points', 'seed', 'count', 'device', 'noise', 'stages', 'format', 'quality']

/** A recipe comes from outside: only its form is looked at here; the values are checked as those of any request. */
function fromRecipe(recipe: unknown): Partial<OrderRequest> {
  const wrong = (what: string, field = 'recipe') => new NoisegraphError('INVALID_OPTION', `The recipe is not one: ${what}. Give what \`generation.recipe\` says, or the text that is inside a picture.`, field)
  if (typeof recipe !== 'object' || recipe === null || Array.isArray(recipe)) throw wrong('it is not an object')
  const known = Object.fromEntries(Object.entries(recipe).filter(([key, value]) => recipeFields.includes(key) && value !== null))
  for (const key of ['model', 'seed', 'device', 'noise', 'format']) if (key in known && typeof known[key] !== 'string') throw wrong(`${key} is not a string`, `recipe.${key}`)
  for (const key of ['steps', 'guidanceScale', 'width', 'height', 'frames', 'seconds', 'points', 'count', 'quality']) if (key in known && typeof known[key] !== 'number') throw wrong(`${key} is not a number`, `recipe.${key}`)
  if ('device' in known && !['auto', 'cuda', 'cpu', 'wasm'].includes(known.device)) throw wrong('device is none of auto, cuda, cpu, wasm', 'recipe.device')
  if ('noise' in known && !['torch', 'philox'].includes(known.noise)) throw wrong('noise is neither torch nor philox', 'recipe.noise')
  if ('stages' in known && !(Array.isArray(known.stages) && known.stages.every((s: unknown) => typeof s === 'object' && s !== null && 'model' in s && typeof s.model === 'string'))) throw wrong('its stages name no models', 'recipe.stages')
  const calls = [...['sampler', 'schedule'].filter(key => key in known).map(key => known[key]), ...([known.conditioners ?? []].flat())]
  if (!calls.every(c => typeof c === 'object' && c !== null && typeof c.name === 'string')) throw wrong('a plugin in it has no name')
  return known
}

/** A prompt beside a recipe goes into the recipe's conditioner for words, whose other options stay. */
function rewordedBy(conditioners: readonly CallRequest[], { prompt, negativePrompt }: Record<string, unknown>): Pick<OrderRequest, 'prompt' | 'negativePrompt' | 'conditioners'> {
  const words = { ...(prompt !== undefined && { prompt }), ...(negativePrompt !== undefined && { negativePrompt }) }
  return { prompt: null, negativePrompt: null, conditioners: conditioners.map(c => (readsWords(c) ? { ...c, options: { ...(c.options as object), ...words } } : c)) }
}
