import { readFileSync } from 'node:fs'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { createEngine, type Engine, type Tensor } from '../index.js'
import { encodeModel, type TestNode } from '../testing/model.js'

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)
/** Numbers that repeat after more than any of these tensors is long. */
const mixed = (i: number, k: number): number => (Math.imul(i + 1, 2654435761) ^ Math.imul(i + k, 40503)) >>> 9
const u8 = (shape: number[], k = 1): Tensor => ({ type: 'uint8', shape, data: Uint8Array.from({ length: size(shape) }, (_, i) => mixed(i, k)) })
const s8 = (shape: number[], k = 1): Tensor => ({ type: 'int8', shape, data: Int8Array.from({ length: size(shape) }, (_, i) => mixed(i, k)) })
/** Factors of seven bits: with eight, ONNX Runtime's products saturate on processors without instructions for them. */
const s7 = (shape: number[], k = 1): Tensor => ({ type: 'int8', shape, data: Int8Array.from({ length: size(shape) }, (_, i) => mixed(i, k) % 128 - 64) })
const i32 = (shape: number[], k = 1): Tensor => ({ type: 'int32', shape, data: Int32Array.from({ length: size(shape) }, (_, i) => mixed(i, k) % 4000 - 2000) })
const bool = (shape: number[]): Tensor => ({ type: 'bool', shape, data: Uint8Array.from({ length: size(shape) }, (_, i) => mixed(i, 1) & 1) })
const s = (...v: number[]): Tensor => ({ type: 'float32', shape: v.length > 1 ? [v.length] : [], data: Float32Array.from(v) })
const u = (v: number): Tensor => ({ type: 'uint8', shape: [], data: Uint8Array.of(v) })
const i = (v: number): Tensor => ({ type: 'int8', shape: [], data: Int8Array.of(v) })
const zeros = (n: number): Tensor => ({ type: 'int8', shape: [n], data: new Int8Array(n) })
const each = (n: number): Tensor => s(...Array.from({ length: n }, (_, k) => 0.002 * (1 + k % 5)))

/** `first`: which input is fed; the others are weights. Products are exact and rounded alike; the others may meet a half from the other side. */
interface Case { readonly op: string; readonly domain?: 'com.microsoft'; readonly inputs: readonly (Tensor | undefined)[]; readonly attributes?: TestNode['attributes']; readonly first?: number; readonly exact?: boolean; readonly floats?: boolean }
const conv = (more: Partial<Case> & { readonly inputs: Case['inputs'] }): Case => ({ op: 'QLinearConv', exact: true, ...more })
const ms = (op: string, inputs: Case['inputs'], attributes: TestNode['attributes'] = {}, more: Partial<Case> = {}): Case => ({ op, domain: 'com.microsoft', inputs, attributes, ...more })
const cases: Record<string, Case> = {
  QLinearConv: conv({ inputs: [u8([2, 20, 7, 9]), s(0.02), u(128), s7([24, 20, 3, 3], 2), s(0.004), i(0), s(0.2), u(120), i32([24], 3)], attributes: { pads: [1, 1, 1, 1] } }),
  'QLinearConv, a scale a channel': conv({ inputs: [u8([1, 12, 8, 8]), s(0.02), u(3), s7([70, 12, 3, 3], 2), each(70), zeros(70), s(0.2), u(128), i32([70], 3)], attributes: { strides: [2, 2], pads: [1, 1, 0, 0] } }),
  'QLinearConv of many channels': conv({ inputs: [u8([1, 300, 5, 5]), s(0.02), u(0), s7([8, 300, 3, 3], 2), s(0.004), i(0), s(1), u(99)] }),
  'QLinearConv to int8': conv({ inputs: [s8([1, 6, 9, 9]), s(0.02), i(-3), s8([5, 6, 3, 3], 2), s(0.004), i(0), s(0.1), i(7)], attributes: { dilations: [2, 2] } }),
  'QLinearConv of each channel': conv({ inputs: [u8([1, 24, 9, 9]), s(0.02), u(128), s7([24, 1, 3, 3], 2), s(0.004), i(0), s(0.05), u(128), i32([24], 3)], attributes: { group: 24, pads: [1, 1, 1, 1] } }),
  'QLinearConv of a line': conv({ inputs: [u8([1, 6, 20]), s(0.02), u(128), s7([5, 6, 5], 2), s(0.004), i(0), s(0.1), u(128)], attributes: { pads: [2, 2], strides: [2] } }),
  QLinearMatMul: { op: 'QLinearMatMul', exact: true, inputs: [u8([2, 5, 40]), s(0.02), u(120), s7([40, 33], 2), s(0.004), i(0), s(0.1), u(128)] },
  'QLinearMatMul, a scale a column, deep': { op: 'QLinearMatMul', exact: true, inputs: [u8([3, 5000]), s(0.02), u(0), s7([5000, 17], 2), each(17), zeros(17), s(2), u(128)] },
  'MatMulInteger, deep': { op: 'MatMulInteger', exact: true, inputs: [u8([3, 9000]), u8([9000, 17], 2), u(7), u(200)] },
  'ConvInteger, deep': { op: 'ConvInteger', exact: true, inputs: [u8([1, 1100, 3, 3]), u8([4, 1100, 2, 2], 2), u(7), u(200)] },
  'QGemm': ms('QGemm', [u8([5, 40]), s(0.02), u(120), s7([33, 40], 2), s(0.004), i(0), i32([33], 3), s(0.1), u(128)], { transB: 1, alpha: { float: 1 } }, { exact: true }),
  'QGemm, a scale a column': ms('QGemm', [u8([5, 40]), s(0.02), u(120), s7([40, 16], 2), each(16), zeros(16), undefined, s(0.1), u(128)], {}, { exact: true }),
  'QGemm to floats': ms('QGemm', [u8([5, 40]), s(0.02), u(120), s7([40, 16], 2), s(0.004), i(0), i32([16], 3)], { alpha: { float: 0.5 } }, { floats: true }),
  QLinearAdd: ms('QLinearAdd', [u8([2, 5, 7]), s(0.02), u(120), u8([5, 7], 2), s(0.03), u(100), s(0.05), u(128)]),
  'QLinearMul, one a channel': ms('QLinearMul', [s8([2, 5, 7]), s(0.02), i(-4), s8([5, 1], 2), s(0.03), i(3), s(0.05), i(7)]),
  QLinearSigmoid: ms('QLinearSigmoid', [u8([4, 70]), s(0.03), u(120), s(1 / 256), u(0)]),
  QLinearLeakyRelu: ms('QLinearLeakyRelu', [s8([4, 70]), s(0.03), i(-5), s(0.02), i(-100)], { alpha: { float: 0.2 } }),
  QLinearSoftmax: ms('QLinearSoftmax', [u8([3, 20]), s(0.03), u(120), s(1 / 256), u(0)], { axis: -1, opset: 13 }),
  'QLinearSoftmax over all that follows': ms('QLinearSoftmax', [u8([3, 4, 5]), s(0.03), u(120), s(1 / 256), u(0)], { axis: 1, opset: 12 }),
  QLinearAveragePool: ms('QLinearAveragePool', [u8([1, 5, 7, 9]), s(0.02), u(120), s(0.013), u(128)], { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 1, 1] }),
  'QLinearAveragePool, channels last': ms('QLinearAveragePool', [u8([1, 7, 9, 5]), s(0.02), u(120), s(0.01), u(128)], { kernel_shape: [3, 2], channels_last: 1 }),
  QLinearGlobalAveragePool: ms('QLinearGlobalAveragePool', [u8([2, 70, 5, 6]), s(0.02), u(120), s(0.002), u(128)], { channels_last: 0 }),
  'QLinearGlobalAveragePool, channels last': ms('QLinearGlobalAveragePool', [u8([2, 5, 6, 70]), s(0.02), u(120), s(0.002), u(128)], { channels_last: 1 }),
  QLinearConcat: ms('QLinearConcat', [s(0.02), u(120), u8([2, 3, 4]), s(0.03), u(100), u8([2, 5, 4], 2), s(0.01), u(128)], { axis: 1 }, { first: 2 }),
  QLinearWhere: ms('QLinearWhere', [bool([2, 3, 4]), u8([2, 3, 4]), s(0.02), u(100), u8([2, 3, 4], 2), s(0.03), u(128), s(0.04), u(120)]),
  'Pad of bytes': { op: 'Pad', exact: true, inputs: [s8([1, 5, 7, 9]), { type: 'int64', shape: [8], data: BigInt64Array.of(0n, 0n, 1n, 2n, 0n, 0n, -1n, 3n) }, i(-5)] },
  'MaxPool of bytes': { op: 'MaxPool', exact: true, inputs: [s8([1, 5, 7, 9])], attributes: { kernel_shape: [3, 2], strides: [2, 2] } },
}
const engines: Engine[] = []
beforeAll(async () => { for (const build of ['auto', 'strict'] as const) for (const revectorize of [true, false]) engines.push(await createEngine({ build, threads: 2, revectorize })) })
afterAll(async () => { for (const e of engines) await e.close() })

test.each(Object.keys(cases))('%s is what ONNX Runtime computes', async name => {
  const c = cases[name]!, names = c.inputs.map((t, k) => t ? `x${k}` : ''), fed = c.first ?? 0, x = c.inputs[fed]!
  const type = c.floats ? 'float32' : c.op.endsWith('Integer') ? 'int32' : c.op === 'QLinearConcat' ? 'uint8' : c.inputs.at(-1)?.type === 'int32' ? c.inputs[7]!.type : c.inputs.length === 1 ? x.type : c.op === 'QLinearConv' ? c.inputs[7]!.type : c.inputs.at(-1)!.type
  const weights = Object.fromEntries(c.inputs.flatMap((t, k) => t && k !== fed ? [[names[k]!, t]] : []))
  const bytes = encodeModel({ nodes: [{ op: c.op, inputs: names, outputs: ['y'], ...c.domain && { domain: c.domain }, ...c.attributes && { attributes: c.attributes } }], inputs: { [names[fed]!]: x.type }, outputs: { y: type }, weights })
  const reference = await InferenceSession.create(bytes), want = (await reference.run({ [names[fed]!]: new OrtTensor(x.type as 'uint8', x.data as Uint8Array, x.shape as number[]) })).y!
  for (const engine of engines) {
    const session = await engine.load(bytes), got = (await session.run({ [names[fed]!]: x })).y as Tensor, off = Array.from(got.data as Uint8Array, (v, k) => Math.abs(v - Number(want.data[k])))
    expect([got.type, got.shape]).toEqual([want.type, [...want.dims]])
    expect(Math.max(...off)).toBeLessThanOrEqual(c.exact ? 0 : c.floats ? 1e-5 : 1)
    if (!c.floats) expect(off.filter(d => d > 0).length).toBeLessThanOrEqual(off.length / 50)
    await session.close()
  }
  await reference.release()
})

/** As `onnxruntime.quantization.quantize_static` writes it in operator form: convolutions, SiLU, a join, resizing, pools, products, Softmax. */
test('a network of bytes gives what ONNX Runtime gives', async () => {
  const bytes = new Uint8Array(readFileSync(new URL('../../../wasm/conformance/data/quantised.onnx', import.meta.url))), x = Float32Array.from({ length: 432 }, (_, k) => Math.sin(k * 1.7) * 2), shape = [1, 3, 12, 12]
  const reference = await InferenceSession.create(bytes), want = await reference.run({ x: new OrtTensor('float32', x, shape) })
  for (const engine of engines) {
    const session = await engine.load(bytes), got = await session.run({ x: { type: 'float32', shape, data: x } })
    // Steps of the results: 1/256, and what 26 is divided by 255 into.
    for (const [name, step] of [['y', 1 / 256], ['mm', 0.21]] as const) {
      const off = Array.from((got[name] as Tensor).data as Float32Array, (v, k) => Math.abs(v - (want[name]!.data as Float32Array)[k]!))
      expect(Math.max(...off)).toBeLessThan(1.01 * step)
      expect(off.filter(d => d > step / 2).length).toBeLessThanOrEqual(off.length / 50)
    }
    await session.close()
  }
  await reference.release()
})
