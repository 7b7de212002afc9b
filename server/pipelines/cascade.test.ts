/** A cascade on pixels: what diffusers gives when its pipelines follow each other on one generator. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodePicture } from '../artifacts/pictures.js'
import { makeOrder, type OrderRequest } from '../core/make-order.js'
import type { Plugins } from '../core/services.js'
import { onnxruntime } from '../sessions/onnxruntime.js'
import { wasm } from '../sessions/wasm.js'
import { memoryJournal, packagePlugins, run, studio } from './fixture.js'
import type { Progress } from './pipeline.js'
import { recipeOf } from './recipe-text.js'

const golden = fileURLToPath(new URL('../../../golden/models', import.meta.url))
let plugins: Plugins
beforeAll(async () => { plugins = await packagePlugins() })

const asked: OrderRequest = {
  model: 'if-base', prompt: 'a red cube', negativePrompt: 'blurry', steps: 4, guidanceScale: 5, seed: '7',
  stages: [{ model: 'if-upscaler', steps: 4, guidanceScale: 3, conditioners: [{ name: 'upscale', options: { picture: 'previous', noiseLevel: 100 } }] }],
}

test.each(['cpu', 'wasm'] as const)('a small picture and its upscaler, on %s', async device => {
  const { generate, residency, catalog } = studio(device === 'cpu' ? onnxruntime('cpu', { threads: 1 }) : wasm({ threads: 1 }), [golden])
  const order = await makeOrder({ ...asked, device }, { models: catalog, samplers: plugins.samplers(), conditioners: plugins.conditioners(), findImage: () => Promise.resolve(undefined) })
  // Words and size of the second stage follow from the first one and from its model.
  expect(order.stages).toMatchObject([{ model: 'if-upscaler', width: 32, height: 32, conditioners: [{ name: 'text', options: { prompt: 'a red cube', negativePrompt: 'blurry' } }, { name: 'upscale' }] }])
  const journal = memoryJournal()
  const told: Progress[] = []
  const [output] = await run(generate, order, { plugins, journal }, p => { told.push(p) })
  const want = await decodePicture(readFileSync(join(golden, 'if-upscaler/reference/cascade/base_upscaler_s7.png')))
  const got = await decodePicture(output!.bytes)
  expect([got.width, got.height]).toEqual([32, 32])
  // Two grey levels, as every picture of a reference.
  expect(Math.max(...got.data.map((v, i) => Math.abs(v - want.data[i]!)))).toBeLessThanOrEqual(2)
  expect(told.flatMap(p => (p.type === 'step' ? [[p.index, p.total, p.networkCalls]] : []))).toEqual(Array.from({ length: 8 }, (_, i) => [i, 8, i + 1]))
  expect(journal.entries.size).toBe(8)
  // The recipe in the picture makes it again, and a run that is gone on with asks the networks nothing.
  const replayed = { read: journal.read, write: () => Promise.reject(new Error('asked again')) }
  const [again] = await run(generate, await recipeOf(output!.bytes), { plugins, journal: replayed })
  expect(Buffer.compare(again!.bytes, output!.bytes)).toBe(0)
  await residency.close()
})
