/** Orders of several models: one takes over within a run, or begins with the finished picture. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugins } from '../core/services.js'
import { makeMeasurement, type MeasurementRequest } from '../core/make-measurement.js'
import { makeOrder, type OrderRequest } from '../core/make-order.js'
import type { Order } from '../core/order.js'
import { decodePicture } from '../artifacts/pictures.js'
import { catalog as catalogOf } from '../models/catalog.js'
import { onnxruntime } from '../sessions/onnxruntime.js'
import { memoryJournal, packagePlugins, run, studio } from './fixture.js'
import { recipeOf } from './recipe-text.js'
import type { Progress } from './pipeline.js'

const { generate, residency, catalog } = studio(onnxruntime('cpu', { threads: 2 }))
let plugins: Plugins
beforeAll(async () => { plugins = await packagePlugins() })
afterAll(() => residency.close())

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const pixels = async (bytes: Uint8Array) => hash((await decodePicture(bytes)).data)
const order = (request: Partial<OrderRequest>): Promise<Order> =>
  makeOrder({ model: 'emoji64', prompt: 'a red apple on a blue background', seed: '7', steps: 6, device: 'cpu', sampler: { name: 'ddim' }, ...request }, { models: catalog, samplers: plugins.samplers(), conditioners: plugins.conditioners(), findImage: () => Promise.resolve(undefined) })

test('a model that takes over from itself makes what it makes alone, to the bit, for each picture of a batch', async () => {
  const alone = await run(generate, await order({ count: 2 }), { plugins })
  const split = await order({ count: 2, stages: [{ model: 'emoji64', after: 0.5 }] })
  expect(split.conditioners.at(-1)).toEqual({ name: 'early-end', options: { at: 0.5 } })
  const seen: Progress[] = []
  const both = await run(generate, split, { plugins }, p => { seen.push(p) })
  for (const [i, { bytes }] of both.entries()) expect(await pixels(bytes)).toBe(await pixels(alone[i]!.bytes))
  expect(seen.flatMap(p => (p.type === 'step' ? [[p.index, p.total]] : []))).toEqual([0, 1, 2, 3, 4, 5].map(i => [i, 6]))
  expect(seen.filter(p => p.type === 'started')).toHaveLength(1)
})

test('a stage that takes the picture starts from it, in a size of its own; its recipe makes it again; a replay calls no network', async () => {
  const journal = memoryJournal()
  const two = await order({ stages: [{ model: 'emoji64', width: 128, height: 128, steps: 4, conditioners: [{ name: 'image-to-image', options: { picture: 'previous', strength: 0.5 } }] }] })
  expect(two.stages).toMatchObject([{ width: 128, after: null, conditioners: [{ name: 'text', options: { prompt: 'a red apple on a blue background' } }, { name: 'image-to-image' }] }])
  const [first] = await run(generate, two, { plugins, journal })
  expect(first).toMatchObject({ width: 128, height: 128 })
  expect(journal.entries.size).toBe(6 + 2)
  const [again] = await run(generate, await recipeOf(first!.bytes), { plugins, journal: { read: journal.read, write: () => Promise.reject(new Error('a network was called')) } })
  expect(hash(again!.bytes)).toBe(hash(first!.bytes))
})

test('the order of a request that repeats an order with stages is the same order', async () => {
  const once = await order({ stages: [{ model: 'emoji64', after: 0.5 }] })
  expect(await makeOrder({ ...once } as OrderRequest, { models: catalog, samplers: plugins.samplers(), conditioners: plugins.conditioners(), findImage: () => Promise.resolve(undefined) })).toEqual(once)
})

test.each<readonly [string, Partial<OrderRequest>, string, RegExp]>([
  ['a model that is not there', { stages: [{ model: 'nobody' }] }, 'stages.0.model', /No model is called "nobody"/],
  ['steps within a run', { stages: [{ model: 'emoji64', after: 0.5, steps: 3 }] }, 'stages.0.steps', /leave steps out/],
  ['a share beyond the run', { stages: [{ model: 'emoji64', after: 1.5 }] }, 'stages.0.after', /from 0.01 to 0.99, got 1.5/],
  ['too many', { stages: Array.from({ length: 4 }, () => ({ model: 'emoji64' })) }, 'stages', /at most 3/],
])('%s is refused with a code and a field', async (_, request, field, message) => {
  const error = await order(request).then(() => undefined, (e: unknown) => e)
  expect(error).toMatchObject({ field, message: expect.stringMatching(message) })
})


test("SDXL's base and refiner in one order give what diffusers gives when they share a run", async () => {
  const golden = fileURLToPath(new URL('../../../golden/models', import.meta.url))
  const site = studio(onnxruntime('cpu', { threads: 2 }), [golden])
  try {
    const both = await makeOrder(
      { model: 'sdxl-base', prompt: 'a big dog', negativePrompt: 'bad', steps: 8, guidanceScale: 5, seed: '7', stages: [{ model: 'sdxl-refiner', after: 0.6 }] },
      { models: site.catalog, samplers: plugins.samplers(), conditioners: plugins.conditioners(), findImage: () => Promise.resolve(undefined) },
    )
    const [made] = await run(site.generate, both, { plugins })
    const [got, want] = [await decodePicture(made!.bytes), await decodePicture(readFileSync(`${golden}/sdxl-refiner/reference/cascade/base_refiner_s7.png`))]
    expect(got.data.length).toBe(want.data.length)
    // Rounded to whole grey levels on both sides.
    expect(Math.max(...got.data.map((v, i) => Math.abs(v - want.data[i]!)))).toBeLessThanOrEqual(2)
  } finally {
    await site.residency.close()
  }
})

describe('the conditioner with which a model reads words, text or unclip,', () => {
  const from = () => ({ models: catalogOf([fileURLToPath(new URL('../../../golden/models', import.meta.url))]), samplers: plugins.samplers(), conditioners: plugins.conditioners(), findImage: () => Promise.resolve(undefined) })
  const said = (prompt: string, more = {}) => ({ options: expect.objectContaining({ prompt, ...more }) as object })

  test('is what a prompt stands for', async () => {
    expect((await makeOrder({ model: 'unclip', prompt: 'a fox', guidanceScale: 3, seed: '1' }, from())).conditioners).toEqual([{ name: 'unclip', ...said('a fox') }])
  })

  test('is handed to a later stage, with what that one can read', async () => {
    const words = async (request: Partial<OrderRequest>) => (await makeOrder({ prompt: 'a fox', seed: '1', ...request }, from())).stages![0]!.conditioners[0]
    expect(await words({ model: 'unclip', stages: [{ model: 'sd1-taesd' }] })).toEqual({ name: 'text', ...said('a fox', { negativePrompt: null }) })
    expect(await words({ model: 'sd1-taesd', negativePrompt: 'fog', stages: [{ model: 'sd1-taesd' }] })).toEqual({ name: 'text', ...said('a fox', { negativePrompt: 'fog' }) })
    expect(await words({ model: 'sd1-taesd', stages: [{ model: 'sd1-taesd', prompt: 'a cat' }] })).toEqual({ name: 'text', ...said('a cat') })
  })

  test('is what a measurement asks', async () => {
    const asked = async (request: MeasurementRequest) => (await makeMeasurement({ networkCalls: 4, ...request }, from())).conditioners
    expect(await asked({ model: 'unclip', prompt: 'a fox' })).toEqual([{ name: 'unclip', ...said('a fox') }])
    expect(await asked({ model: 'unclip' })).toEqual([{ name: 'unclip', ...said('a red apple on a blue background') }])
    await expect(asked({ model: 'ddpm', prompt: 'a fox' })).rejects.toMatchObject({ code: 'INCOMPATIBLE', field: 'prompt' })
  })
})
