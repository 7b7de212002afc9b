import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeModel } from '../../wasm/testing/model.js'
import { fromBrain, fromHalf, toBrain, toHalf } from './half.js'
import { chooseDevices } from './choose.js'
import { onnxruntime } from './onnxruntime.js'
import type { SessionProvider } from './session.js'

const unet = fileURLToPath(new URL('../../../models/emoji64/unet/model.onnx', import.meta.url))
const cpu = onnxruntime('cpu', { threads: 2 })

test('half precision: every finite half survives the way to single precision and back', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, i) => i).filter(w => (w & 0x7c00) !== 0x7c00)
  expect(toHalf(fromHalf(all))).toEqual(all)
  // Ties go to even; what is too large becomes infinity, what is too small zero.
  expect([...toHalf([1 + 2 ** -11, 1 + 3 * 2 ** -11, 65520, 65519, 2 ** -25, 1.5 * 2 ** -25, -Infinity])]).toEqual([0x3c00, 0x3c02, 0x7c00, 0x7bff, 0, 1, 0xfc00])
  expect(fromHalf(toHalf([NaN]))[0]).toBeNaN()
})

test('bfloat16 is the rounded upper half of single precision', () => {
  expect([...fromBrain(toBrain([1, -2.5, 1 + 2 ** -8, 1 + 3 * 2 ** -8]))]).toEqual([1, -2.5, 1, 1.015625])
  expect(fromBrain(toBrain([NaN]))[0]).toBeNaN()
})

test('a device is tried by opening a session; what fails says why in its own words', async () => {
  expect(await cpu.probe()).toMatchObject({ available: true, detail: expect.stringMatching(/ONNX Runtime .*2 threads/) as string })
  const broken: SessionProvider = { device: 'cuda', probe: () => Promise.resolve({ available: false, reason: 'Failed to load shared library.' }), open: () => Promise.reject(new Error()) }
  const devices = chooseDevices([broken, cpu])
  expect(await devices.report()).toMatchObject([{ device: 'cuda', available: false, chosen: false, detail: 'Failed to load shared library.' }, { device: 'cpu', available: true, chosen: true }])
  expect((await devices.provider('auto')).device).toBe('cpu')
  await expect(devices.provider('cuda')).rejects.toMatchObject({ code: 'DEVICE_UNAVAILABLE', message: expect.stringMatching(/Failed to load shared library/) as string })
  await expect(devices.provider('wasm')).rejects.toMatchObject({ code: 'DEVICE_UNAVAILABLE' })
})

test('products of bytes are summed exactly, on processors that saturate such sums too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'noisegraph-')), file = join(folder, 'model.onnx'), k = 256
  const weights = { b: { type: 'int8', shape: [k, 16], data: new Int8Array(k * 16).fill(127) } } as const
  await writeFile(file, encodeModel({ nodes: [{ op: 'MatMulInteger', inputs: ['a', 'b'], outputs: ['y'] }], inputs: { a: { type: 'uint8', shape: [4, k] } }, outputs: { y: 'int32' }, weights }))
  const session = await cpu.open(file), { y } = await session.run({ a: { type: 'uint8', shape: [4, k], data: new Uint8Array(4 * k).fill(255) } })
  expect(new Set(y!.data as Int32Array)).toEqual(new Set([255 * 127 * k]))
  await session.close()
  await rm(folder, { recursive: true })
})

test('feeds are checked against the ports, and a network runs', async () => {
  const session = await cpu.open(unet)
  const size = 4 * 16 * 16
  const sample = { type: 'float32', shape: [1, 4, 16, 16], data: new Float32Array(size).fill(0.5) } as const
  const timestep = { type: 'int64', shape: [1], data: BigInt64Array.of(500n) } as const
  const states = { type: 'float32', shape: [1, 32, 128], data: new Float32Array(32 * 128) } as const
  const good = { sample, timestep, encoder_hidden_states: states }
  expect((await session.run(good)).out_sample!.shape).toEqual([1, 4, 16, 16])
  const wrong = [
    [{ ...good, extra: sample }, /no input "extra"/], [{ sample, timestep }, /needs "encoder_hidden_states"/],
    [{ ...good, timestep: { type: 'float32', shape: [1], data: Float32Array.of(500) } }, /"timestep" as int64, not float32/],
    [{ ...good, sample: { ...sample, shape: [1, 5, 16, 16], data: new Float32Array(5 * 256) } }, /axis 1 is 4/],
    [{ ...good, sample: { ...sample, data: new Float32Array(7) } }, /7 values/],
  ] as const
  for (const [feeds, message] of wrong) await expect(session.run(feeds as never)).rejects.toMatchObject({ code: 'INCOMPATIBLE', message: expect.stringMatching(message) as string })
  await expect(session.run(good, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop')
  await session.close()
})
