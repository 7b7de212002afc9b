/** A video between two pictures: its ends are the pictures themselves, to the bit. */
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { makeOrder, type OrderRequest } from '../core/make-order.js'
import type { Plugins } from '../core/services.js'
import { onnxruntime } from '../sessions/onnxruntime.js'
import { modelsFolder, packagePlugins, run, studio } from './fixture.js'
import { recipeOf } from './recipe-text.js'

const { generate, residency, catalog } = studio(onnxruntime('cpu', { threads: 2 }), [modelsFolder, fileURLToPath(new URL('../../../golden/models', import.meta.url))])
let plugins: Plugins
beforeAll(async () => { plugins = await packagePlugins() })
afterAll(() => residency.close())

const order = (request: Partial<OrderRequest>) =>
  makeOrder({ model: 'emoji64', prompt: 'a red apple', seed: '7', steps: 2, device: 'cpu', ...request }, { models: catalog, samplers: plugins.samplers(), conditioners: plugins.conditioners(), findImage: () => Promise.resolve(undefined) })
const frames = async (bytes: Uint8Array): Promise<string[]> => {
  const { data, info } = await sharp(bytes, { pages: -1 }).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return Array.from({ length: info.height / 64 }, (_, f) => data.subarray(f * 64 * 64 * 3, (f + 1) * 64 * 64 * 3).toString('hex'))
}
const made = async (request: Partial<OrderRequest>) => (await run(generate, await order(request), { plugins }))[0]!

test('from one prompt and seed to another', async () => {
  const morph = { name: 'morph', options: { toPrompt: 'a blue fish', toSeed: 9 } }
  const video = await made({ frames: 3, conditioners: [morph] })
  expect(video.mimeType).toBe('image/webp')
  expect(await recipeOf(video.bytes)).toMatchObject({ frames: 3, seed: '7' })
  const all = await frames(video.bytes)
  expect(all).toHaveLength(3)
  expect([all[0], all[2]]).toEqual([...await frames((await made({})).bytes), ...await frames((await made({ prompt: 'a blue fish', seed: '9' })).bytes)])
  // A single picture on the way is that frame.
  expect(await frames((await made({ conditioners: [{ ...morph, options: { ...morph.options, share: 0.5 } }] })).bytes)).toEqual([all[1]])
})

test('frames of pictures that lead nowhere are refused', async () => {
  await expect(order({ model: 'unclip', conditioners: [{ name: 'morph', options: { toSeed: 9 } }] })).rejects.toMatchObject({ code: 'INCOMPATIBLE', field: 'conditioners.0.name', message: expect.stringMatching(/models with a text encoder/) as string })
  await expect(order({ frames: 4 })).rejects.toMatchObject({ code: 'INCOMPATIBLE', field: 'frames', message: expect.stringMatching(/"morph"/) as string })
  await expect(order({ frames: 1, conditioners: [{ name: 'morph' }] })).rejects.toMatchObject({ code: 'INVALID_OPTION', field: 'frames' })
  await expect(order({ seconds: 4 })).rejects.toMatchObject({ code: 'INCOMPATIBLE', field: 'seconds' })
})
