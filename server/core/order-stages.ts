import { NoisegraphError } from './errors.js'
import type { OutputKind } from './extent.js'
import type { Order, PluginCall, Stage } from './order.js'
import { findModel } from './find-model.js'
import { orderLimits, type Choices, type OrderRequest, type StageRequest } from './order-request.js'
import { readerOf, wordsFor, wordsOf } from './words.js'

/** What a stage's pictures are called that the stage before it made. */
export const previous = 'previous'

const kinds: Readonly<Record<OutputKind, string>> = { picture: 'pictures', video: 'videos', sound: 'sounds', points: 'point clouds', voxels: 'voxels', molecule: 'molecules' }

type Make = (request: OrderRequest, from: Choices) => Promise<Order>

/**
 * The order with its further stages, each checked as an order of its own. A stage that takes over at a share of the run adds `early-end` to the
 * stage before it and `image-to-image` to its own conditioners: that is all the difference it makes.
 */
export async function withStages(first: Order, wanted: readonly StageRequest[], make: Make, from: Choices): Promise<Order> {
  if (wanted.length > orderLimits.stages) throw new NoisegraphError('INVALID_OPTION', `A request takes at most ${orderLimits.stages} further stages, and this one has ${wanted.length}.`, 'stages')
  const all: (Order | Stage)[] = [first]
  for (const [i, stage] of wanted.entries()) {
    const before = all.at(-1)!
    const made = await within(`stages.${i}`, () => stageOf(stage, before, first, make, from))
    if (made.after !== null && !names(before.conditioners, 'early-end')) all[all.length - 1] = { ...before, conditioners: [...before.conditioners, { name: 'early-end', options: { at: made.after } }] }
    all.push(made)
  }
  const [own, ...stages] = all as [Order, ...Stage[]]
  return { ...own, stages }
}

async function stageOf({ after = null, ...given }: StageRequest, before: Order | Stage, first: Order, make: Make, from: Choices): Promise<Stage> {
  const model = await findModel(given.model, from)
  if (after !== null && !(after >= 0.01 && after <= 0.99)) throw new NoisegraphError('INVALID_OPTION', `after must be a number from 0.01 to 0.99, got ${after}.`, 'after')
  if (after !== null) for (const key of ['steps', 'sampler', 'schedule', 'width', 'height'] as const)
    if (given[key] != null && JSON.stringify(given[key]) !== JSON.stringify(before[key])) throw new NoisegraphError('INVALID_OPTION', `A model that takes over within a run goes on with its ${key}: leave ${key} out, or leave out \`after\`.`, key)
  const earlier = await findModel(before.model, from)
  if (earlier.output !== model.output) throw new NoisegraphError('INCOMPATIBLE', `The model "${model.name}" makes ${kinds[model.output]}, so it cannot go on from what "${earlier.name}" makes: ${kinds[earlier.output]}.`, 'model')
  const upscales = model.conditioners.includes('upscale')
  const wanted = given.conditioners ?? []
  const [reader, said] = [readerOf(model), wordsOf(before.conditioners)]
  const words = reader && said && given.prompt == null && given.negativePrompt == null && !wordsOf(wanted) ? [wordsFor(reader, said)] : []
  const own = upscales ? { name: 'upscale', options: { picture: previous } }
    : model.output === 'video' && after === null ? { name: 'video-to-video', options: { clip: previous, strength: 0.3 } }
    : { name: 'image-to-image', options: { picture: previous, ...(after === null ? { strength: 0.3 } : { after }) } }
  const conditioners = [...words, ...wanted, ...(wanted.some(c => Object.values(c.options ?? {}).includes(previous)) ? [] : [own])]
  const size = after !== null ? before : model.enlarges ? { width: model.enlarges * before.width, height: model.enlarges * before.height } : !upscales && model.conditioners.includes('image-to-image') ? before : model.defaults
  const { sampler, schedule, steps } = after === null ? given : before
  const { width, height } = { width: given.width ?? size.width, height: given.height ?? size.height }
  const { seed, count, device, noise } = first
  const findImage: Choices['findImage'] = async id => (id === previous ? { width: before.width, height: before.height, ...(first.frames !== undefined && { frames: first.frames }) } : from.findImage(id))
  const guidanceScale = given.guidanceScale ?? (after === null ? undefined : before.guidanceScale)
  const made = await make({ ...given, model: model.name, conditioners, sampler: sampler ?? null, schedule: schedule ?? null, steps: steps ?? null, width, height, seed, count, device, noise, ...(guidanceScale !== undefined && { guidanceScale }) }, { ...from, findImage })
  return { model: made.model, sampler: made.sampler, schedule: made.schedule, conditioners: made.conditioners, steps: made.steps, guidanceScale: made.guidanceScale, width: made.width, height: made.height, after }
}

const names = (calls: readonly Pick<PluginCall, 'name'>[], name: string): boolean => calls.some(c => c.name === name)

/** Errors of a stage name it in their field. */
async function within<T>(field: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    if (error instanceof NoisegraphError) throw new NoisegraphError(error.code, error.message, error.field === undefined ? field : `${field}.${error.field}`, { cause: error })
    throw error
  }
}
