/** Makes an order of a request: checks everything against the model and the plugins, and fills every default in. */
import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import { checkCall, checkImages, type FindImage } from './check-options.js'
import { NoisegraphError } from './errors.js'
import type { DeviceChoice, Order, PluginCall } from './order.js'
import { planOrder } from './order-plan.js'
import { find, nearest } from './registry.js'
import { schedules } from './schedules/index.js'
import type { ModelInfo, Models } from './services.js'

/** A call as it was asked for. */
export interface CallRequest { readonly name: string; readonly options?: unknown }

export interface OrderRequest {
  readonly model?: string | null
  /** Short for the `text` conditioner, put before the others. */
  readonly prompt?: string | null
  readonly negativePrompt?: string | null
  readonly sampler?: CallRequest | null
  readonly schedule?: CallRequest | null
  readonly conditioners?: readonly CallRequest[] | null
  readonly steps?: number | null
  readonly guidanceScale?: number | null
  readonly width?: number | null
  readonly height?: number | null
  /** Decimal, unsigned 64 bits. */
  readonly seed: string
  readonly count?: number | null
  readonly device?: DeviceChoice | null
  readonly noise?: Order['noise'] | null
}

/** What there is to choose from. */
export interface Choices {
  readonly models: Models
  /** The first that can run where left out. */
  readonly defaultModel?: string | undefined
  readonly samplers: readonly Sampler[]
  readonly conditioners: readonly Conditioner[]
  readonly findImage: FindImage
}

/** The most that a request may ask for. */
export const orderLimits = { promptLength: 10_000, side: 8192, requestPixels: 2 ** 26, steps: 1000, count: 64, guidanceScale: 100, conditioners: 16 }

/** Conditioners that feed inputs which only some networks have. */
const needModel = ['text', 'class-label']

export async function makeOrder(request: OrderRequest, from: Choices): Promise<Order> {
  const model = await findModel(request.model, from)
  const { width, height, steps, guidanceScale } = model.defaults
  const order = {
    steps: within('steps', request.steps ?? steps, 1, orderLimits.steps, true),
    guidanceScale: within('guidanceScale', request.guidanceScale ?? guidanceScale, 0, orderLimits.guidanceScale),
    width: side('width', request.width ?? width, model),
    height: side('height', request.height ?? height, model),
    count: within('count', request.count ?? 1, 1, orderLimits.count, true),
    seed: seed64(request.seed),
    device: request.device ?? 'auto',
    noise: request.noise ?? 'torch',
  } as const
  const pixels = order.width * order.height * order.count
  if (pixels > orderLimits.requestPixels) throw new NoisegraphError('INVALID_OPTION', `${order.count} pictures of ${order.width} x ${order.height} are ${pixels} pixels; a request takes at most ${orderLimits.requestPixels}. Ask for fewer or smaller ones.`, 'count')
  const steering = await conditioners(request, model, from)
  return {
    model: model.name,
    ...await walk(request, model, { steps: order.steps, conditioners: steering }, from),
    conditioners: steering,
    ...order,
  }
}

/** The run is planned once here, so that a sampler and a schedule that do not go together are refused at once. */
async function walk(request: OrderRequest, model: ModelInfo, rest: Pick<Order, 'steps' | 'conditioners'>, { samplers, findImage }: Choices): Promise<Pick<Order, 'sampler' | 'schedule'>> {
  const sampler = request.sampler ? { name: request.sampler.name, options: optionsOf(request.sampler, 'sampler') } : null
  const wanted = request.schedule && find('schedule', schedules, request.schedule.name, 'schedule.name')
  const schedule = wanted ? checkCall(wanted, optionsOf(request.schedule!, 'schedule'), 'schedule.options') : null
  const plan = planOrder({ sampler, schedule, ...rest }, model, samplers)
  const call = sampler && { name: plan.name, options: plan.options }
  if (call) await checkImages(plan.sampler, call, 'sampler.options', findImage)
  return { sampler: call, schedule }
}

function optionsOf({ name, options }: CallRequest, field: string): Readonly<Record<string, unknown>> {
  if (options != null && (typeof options !== 'object' || Array.isArray(options))) throw new NoisegraphError('INVALID_OPTION', `The options of ${name.slice(0, 80)} must be an object.`, `${field}.options`)
  return (options ?? {}) as Readonly<Record<string, unknown>>
}

export async function findModel(name: string | null | undefined, { models, defaultModel }: Pick<Choices, 'models' | 'defaultModel'>): Promise<ModelInfo> {
  const all = await models.list()
  const wanted = name ?? defaultModel ?? all.find(m => !m.problem)?.name
  if (wanted === undefined) throw new NoisegraphError('UNKNOWN_MODEL', 'No model is installed: put a folder in diffusers-ONNX layout into the models folder.', 'model')
  const model = all.find(m => m.name === wanted)
  if (!model) throw new NoisegraphError('UNKNOWN_MODEL', `No model is called "${wanted.slice(0, 80)}". ${hint(wanted, all.map(m => m.name))}`, 'model')
  if (model.problem) throw new NoisegraphError('BROKEN_MODEL', `The model "${model.name}" cannot run: ${model.problem}`, 'model')
  return model
}

function hint(name: string, names: readonly string[]): string {
  const near = nearest(names, name)
  return near.length ? `Did you mean ${list(near, ' or ')}?` : `There are: ${list(names)}.`
}

async function conditioners(request: OrderRequest, model: ModelInfo, from: Choices): Promise<readonly PluginCall[]> {
  const wanted = request.conditioners ?? []
  if (wanted.length > orderLimits.conditioners) throw new NoisegraphError('INVALID_OPTION', `A request takes at most ${orderLimits.conditioners} conditioners, and this one has ${wanted.length}.`, 'conditioners')
  const named = wanted.map((call, i) => ({ field: `conditioners.${i}.`, call, conditioner: find('conditioner', from.conditioners, call.name, `conditioners.${i}.name`) }))
  const calls: PluginCall[] = []
  const words = prompt(request, model, named.some(n => n.conditioner.name === 'text'))
  if (words) calls.push(checkText(checkCall(find('conditioner', from.conditioners, 'text', 'prompt'), words, ''), ''))
  for (const [i, { field, call, conditioner }] of named.entries()) {
    if (needModel.includes(conditioner.name) && !model.conditioners.includes(conditioner.name)) throw new NoisegraphError('INCOMPATIBLE', `The model "${model.name}" does not take the conditioner "${conditioner.name}". It takes ${list(model.conditioners)}.`, `${field}name`)
    const checked = checkText(checkCall(conditioner, optionsOf(call, `conditioners.${i}`), `${field}options`), `${field}options.`)
    await checkImages(conditioner, checked, `${field}options`, from.findImage)
    calls.push(checked)
  }
  return calls
}

/** Options of the `text` conditioner that the request's prompt stands for; a model that takes text is always given some. */
function prompt({ prompt, negativePrompt }: OrderRequest, model: ModelInfo, hasText: boolean): Record<string, unknown> | undefined {
  const given = prompt != null || negativePrompt != null
  const takes = model.conditioners.includes('text')
  if (given && hasText) throw new NoisegraphError('INCOMPATIBLE', 'The prompt is given twice: as `prompt` (or `negativePrompt`) and as the conditioner "text". Leave one of them out.', 'prompt')
  if (given && !takes) throw new NoisegraphError('INCOMPATIBLE', `The model "${model.name}" takes no prompt. It takes ${list(model.conditioners)}.`, 'prompt')
  checkLength('prompt', prompt)
  checkLength('negativePrompt', negativePrompt)
  return takes && !hasText ? { prompt: prompt ?? '', ...(negativePrompt != null && { negativePrompt }) } : undefined
}

/** No text is longer than a prompt may be, whatever the plugin declares. */
function checkText(call: PluginCall, path: string): PluginCall {
  for (const [key, value] of Object.entries(call.options)) checkLength(path + key, value)
  return call
}

const list = (names: readonly string[], comma = ', ') => names.map(n => `"${n}"`).join(comma) || 'none'

function checkLength(field: string, value: unknown): void {
  if (typeof value === 'string' && value.length > orderLimits.promptLength)
    throw new NoisegraphError('INVALID_OPTION', `${field} has ${value.length} characters; at most ${orderLimits.promptLength} are taken.`, field)
}

function within(field: string, value: number, min: number, max: number, whole = false): number {
  if (typeof value !== 'number' || !(value >= min && value <= max) || (whole && !Number.isInteger(value)))
    throw new NoisegraphError('INVALID_OPTION', `${field} must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}, got ${String(value).slice(0, 40)}.`, field)
  return value
}

function side(field: 'width' | 'height', value: number, { name, sizeMultiple }: ModelInfo): number {
  within(field, value, sizeMultiple, orderLimits.side, true)
  if (value % sizeMultiple) {
    const below = value - (value % sizeMultiple)
    throw new NoisegraphError('INVALID_OPTION', `${field} must be a multiple of ${sizeMultiple} for the model "${name}", got ${value}. The next are ${below} and ${below + sizeMultiple}.`, field)
  }
  return value
}

function seed64(value: string): string {
  const seed = /^\d{1,20}$/.test(value) ? BigInt(value) : -1n
  if (seed < 0n || seed >= 2n ** 64n) throw new NoisegraphError('INVALID_OPTION', `seed must be a whole number from 0 to 18446744073709551615, got "${value.slice(0, 40)}".`, 'seed')
  return seed.toString()
}
