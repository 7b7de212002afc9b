/** Pictures of a request have the bits that they have alone, with two text encoders and in half precision, on both engines that need no graphics card. */
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { Plugins } from '../core/services.js'
import type { Order } from '../core/order.js'
import { decodePicture } from '../artifacts/pictures.js'
import { onnxruntime } from '../sessions/onnxruntime.js'
import { wasm } from '../sessions/wasm.js'
import { packagePlugins, run, studio } from './fixture.js'

const root = fileURLToPath(new URL('../../../golden/models', import.meta.url))
let plugins: Plugins
beforeAll(async () => { plugins = await packagePlugins() })

const order = (more: Partial<Order>): Order => ({
  model: 'sdxl-base', sampler: { name: 'euler-ancestral', options: {} }, schedule: null, conditioners: [{ name: 'text', options: { prompt: 'a big dog' } }],
  steps: 2, guidanceScale: 4, width: 32, height: 32, seed: '5', count: 1, device: 'auto', noise: 'torch', ...more,
})
const half: Partial<Order> = { model: 'ddpm-fp16', conditioners: [{ name: 'class-label', options: { label: 1 } }], guidanceScale: 1, width: 16, height: 16 }
const bits = async (bytes: Uint8Array) => createHash('sha256').update((await decodePicture(bytes)).data).digest('hex')

test.each([['SDXL', 'cpu', {}], ['SDXL', 'wasm', {}], ['half precision', 'cpu', half], ['half precision', 'wasm', half]] as const)('%s on %s: pictures 3 and 8 of 8', async (_, device, more) => {
  const { generate, residency } = studio(device === 'cpu' ? onnxruntime('cpu', { threads: 2 }) : wasm({ threads: 2 }), [root])
  try {
    const all = await run(generate, order({ ...more, count: 8 }), { plugins })
    expect(new Set(await Promise.all(all.map(o => bits(o.bytes)))).size).toBe(8)
    for (const at of [2, 7]) {
      const [alone] = await run(generate, order({ ...more, seed: String(5 + at) }), { plugins })
      expect(await bits(alone!.bytes)).toBe(await bits(all[at]!.bytes))
    }
  } finally {
    await residency.close()
  }
})
