import { join } from 'node:path'
import type { Plugins } from '../core/services.js'
import { encodePng } from '../artifacts/pictures.js'
import { onnxruntime } from '../sessions/onnxruntime.js'
import { runPipelineConformance } from './conformance/index.js'
import { apple, memoryJournal, modelsFolder, packagePlugins, run, studio } from './fixture.js'
import type { Progress } from './pipeline.js'
import { recipeOf } from './recipe-text.js'

const provider = onnxruntime('cpu', { threads: 2 })
const { generate, residency } = studio(provider)
let plugins: Plugins
beforeAll(async () => { plugins = await packagePlugins() })
afterAll(() => residency.close())

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const painted = (seed: number, width = 64) => encodePng({ width, height: 64, channels: 3, data: Uint8Array.from({ length: width * 64 * 3 }, (_, i) => (i * 7 * (seed + 1)) % 256) })
const mask = (width: number, height: number) => encodePng({ width, height, channels: 1, data: Uint8Array.from({ length: width * height }, (_, i) => (i % width < width / 2 ? 255 : 0)) })

test('the shipped model gives what diffusers gives: latents within 2e-3, pictures within 2 grey levels', async () => {
  const { passed, cases } = await runPipelineConformance(join(modelsFolder, 'emoji64'), { providers: [provider], plugins })
  expect(cases.filter(c => c.status !== 'passed')).toEqual([])
  expect(passed).toBe(6)
})

test('the same order makes the same bits, and a picture of several those of the picture alone', async () => {
  const three = await run(generate, { ...apple, count: 3, sampler: { name: 'euler-ancestral', options: {} } }, { plugins })
  expect(three.map(o => o.seed)).toEqual(['7', '8', '9'])
  const third = await run(generate, { ...apple, seed: '9', sampler: { name: 'euler-ancestral', options: {} } }, { plugins })
  expect(hex(third[0]!.bytes)).toBe(hex(three[2]!.bytes))
  expect(hex(three[0]!.bytes)).not.toBe(hex(three[1]!.bytes))
})

test('progress: loading once, the schedule, every step, decoding', async () => {
  const seen: Progress[] = []
  await run(generate, { ...apple, steps: 3 }, { plugins }, p => { seen.push(p) })
  expect(seen.filter(p => p.type !== 'loading').map(p => p.type)).toEqual(['started', 'step', 'step', 'step', 'decoding'])
  expect(seen.some(p => p.type === 'loading')).toBe(false)
  const step = seen.find(p => p.type === 'step')!
  expect(step).toMatchObject({ index: 0, total: 3, timestep: 999 })
  const preview = await (step as Extract<Progress, { type: 'step' }>).preview()
  expect(Buffer.from(preview.subarray(1, 4)).toString()).toBe('PNG')
})

test('a preview near the end has the colours of the picture', async () => {
  let preview: Uint8Array | undefined
  const [done] = await run(generate, { ...apple, steps: 10 }, { plugins }, async p => { if (p.type === 'step' && p.index === 9) preview = await p.preview() })
  const { decodePicture } = await import('../artifacts/pictures.js')
  const [small, large] = [await decodePicture(preview!), await decodePicture(done!.bytes)]
  expect([small.width, small.height]).toEqual([16, 16])
  const colour = ({ data, width }: typeof small, x: number, y: number) => [0, 1, 2].map(c => data[(y * width + x) * 3 + c]!)
  for (const [x, y] of [[8, 8], [1, 1], [14, 2]] as const) {
    const [a, b] = [colour(small, x, y), colour(large, 4 * x + 2, 4 * y + 2)]
    expect(Math.max(...a.map((v, i) => Math.abs(v - b[i]!)))).toBeLessThan(80)
  }
})

test('a run that is cut off in the middle goes on from the journal and ends with the same bits', async () => {
  const order = { ...apple, count: 2, steps: 5, sampler: { name: 'dpmpp-2m-sde', options: {} } }
  const whole = await run(generate, order, { plugins })
  const journal = memoryJournal()
  await expect(run(generate, order, { plugins, journal }, p => { if (p.type === 'step' && p.index === 3) throw new Error('power cut') })).rejects.toThrow('power cut')
  const before = journal.entries.size
  expect(before).toBeGreaterThanOrEqual(6)
  const resumed = await run(generate, order, { plugins, journal })
  expect(journal.entries.size).toBeGreaterThan(before)
  expect(resumed.map(o => hex(o.bytes))).toEqual(whole.map(o => hex(o.bytes)))
})

test('aborting ends the run with the reason of the signal', async () => {
  const stop = new AbortController()
  await expect(run(generate, { ...apple, steps: 50 }, { plugins, signal: stop.signal }, p => { if (p.type === 'step' && p.index === 2) stop.abort(new Error('enough')) })).rejects.toThrow('enough')
})

test('a picture carries its recipe, and the recipe makes the picture again', async () => {
  const [, second] = await run(generate, { ...apple, count: 2 }, { plugins })
  const recipe = await recipeOf(second!.bytes)
  expect(recipe).toMatchObject({ seed: '8', count: 1 })
  expect(hex((await run(generate, recipe, { plugins }))[0]!.bytes)).toBe(hex(second!.bytes))
  const plain = await painted(0)
  await expect(recipeOf(plain)).rejects.toThrow(/no recipe/)
})

test('inpainting keeps the black part of the mask; image to image stays near its picture at low strength', async () => {
  const pictures: Record<string, Uint8Array> = { picture: await painted(1), mask: await mask(64, 64) }
  const image = (id: string) => Promise.resolve(pictures[id]!)
  const [text] = apple.conditioners
  const inpaint = (strength: number) => ({ ...apple, conditioners: [text!, { name: 'inpaint', options: { picture: 'picture', mask: 'mask', strength } }] })
  const [half] = await run(generate, inpaint(1), { plugins, image })
  const [same] = await run(generate, { ...apple, steps: 10, conditioners: [text!, { name: 'image-to-image', options: { picture: 'picture', strength: 0.1 } }] }, { plugins, image })
  const { decodePicture } = await import('../artifacts/pictures.js')
  const [a, b] = [(await decodePicture(half!.bytes)).data, (await decodePicture(same!.bytes)).data]
  const far = (from: number, to: number) => {
    let [sum, n] = [0, 0]
    for (let y = 0; y < 64; y++) for (let x = from; x < to; x++) for (let c = 0; c < 3; c++) { sum += Math.abs(a[(y * 64 + x) * 3 + c]! - b[(y * 64 + x) * 3 + c]!); n++ }
    return sum / n
  }
  expect(far(40, 64)).toBeLessThan(12)
  expect(far(0, 24)).toBeGreaterThan(2 * far(40, 64))
})

test('a sampler that splits its steps has a Brownian motion of its own: more steps, and the same bits again', async () => {
  const order = { ...apple, sampler: { name: 'dpmpp-sde', options: {} } }
  const [a] = await run(generate, { ...order, count: 2 }, { plugins })
  const [b] = await run(generate, order, { plugins })
  expect(hex(a!.bytes)).toBe(hex(b!.bytes))
})

const wrong: readonly (readonly [string, object, string, string])[] = [
  ['an unknown model', { model: 'nothing' }, 'UNKNOWN_MODEL', 'model'],
  ['a width that does not fit', { width: 65 }, 'INVALID_OPTION', 'width'],
  ['no steps', { steps: 0 }, 'INVALID_OPTION', 'steps'],
  ['a seed that is no number', { seed: '-1' }, 'INVALID_OPTION', 'seed'],
  ['NaN as guidance', { guidanceScale: NaN }, 'INVALID_OPTION', 'guidanceScale'],
  ['65 pictures', { count: 65 }, 'INVALID_OPTION', 'count'],
  ['a class for a model without classes', { conditioners: [{ name: 'class-label', options: { label: 1 } }] }, 'INVALID_OPTION', 'conditioners.class-label.label'],
  ['no prompt', { conditioners: [] }, 'INCOMPATIBLE', 'conditioners'],
  ['a prompt of 100,000 characters', { conditioners: [{ name: 'text', options: { prompt: 'x'.repeat(100_000) } }] }, 'INVALID_OPTION', 'conditioners.text.prompt'],
  ['an unknown sampler', { sampler: { name: 'dreams', options: {} } }, 'UNKNOWN_PLUGIN', 'sampler.name'],
  ['a device that is not there', { device: 'cuda' }, 'DEVICE_UNAVAILABLE', 'device'],
]
test.each(wrong)('%s is refused with a code and a field', async (_, change, code, field) => {
  await expect(run(generate, { ...apple, ...change }, { plugins })).rejects.toMatchObject({ code, field })
})

test('pictures that are none, or do not fit, are refused', async () => {
  const pictures: Record<string, Uint8Array> = { text: Buffer.from('hello'), empty: new Uint8Array(), cut: (await painted(1)).subarray(0, 300), good: await painted(1), small: await mask(32, 64) }
  const image = (id: string) => Promise.resolve(pictures[id]!)
  const from = (picture: string, maskId: string) => run(generate, { ...apple, conditioners: [...apple.conditioners, { name: 'inpaint', options: { picture, mask: maskId } }] }, { plugins, image })
  for (const bad of ['text', 'empty', 'cut']) await expect(from(bad, 'small')).rejects.toMatchObject({ code: 'INVALID_IMAGE', field: 'conditioners.inpaint.picture' })
  await expect(from('good', 'small')).rejects.toMatchObject({ code: 'INVALID_OPTION', field: 'conditioners.inpaint.mask', message: expect.stringMatching(/64 x 64.*32 x 64/) as string })
})
