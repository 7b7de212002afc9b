import { join } from 'node:path'
import { decodePicture } from '../artifacts/pictures.js'
import type { Plugins } from '../core/services.js'
import { onnxruntime } from '../sessions/onnxruntime.js'
import { wasm } from '../sessions/wasm.js'
import { runPipelineConformance } from './conformance/index.js'
import { apple, modelsFolder, packagePlugins, run, studio } from './fixture.js'

const [cpu, engine] = [studio(onnxruntime('cpu', { threads: 2 })), studio(wasm({ threads: 2 }))]
let plugins: Plugins
beforeAll(async () => { plugins = await packagePlugins() })
afterAll(() => Promise.all([cpu.residency.close(), engine.residency.close()]))

test('the engine gives the picture that ONNX Runtime gives, within 2/255 on average, and the same bits again', async () => {
  const order = { ...apple, steps: 10 }
  const [[native], [ours], [again]] = [await run(cpu.generate, order, { plugins }), await run(engine.generate, { ...order, device: 'wasm' }, { plugins }), await run(engine.generate, { ...order, device: 'wasm' }, { plugins })]
  expect(Buffer.compare(ours!.bytes, again!.bytes)).toBe(0)
  const [a, b] = [(await decodePicture(native!.bytes)).data, (await decodePicture(ours!.bytes)).data]
  expect(a.reduce((sum, v, i) => sum + Math.abs(v - b[i]!), 0) / a.length).toBeLessThan(2)
})

test('the shipped model on the engine gives what diffusers gives', async () => {
  const { cases } = await runPipelineConformance(join(modelsFolder, 'emoji64'), { providers: [wasm({ threads: 2 })], plugins, only: 'fox' })
  expect(cases.map(c => [c.id, c.status])).toEqual([['emoji64/fox-unipc@wasm', 'passed']])
})
