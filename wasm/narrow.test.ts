import { createEngine, estimate, type Engine, type Precision, type Tensor } from './index.js'
import { encodeModel, type TestNode } from './testing/model.js'

const wave = (shape: number[], k: number): Tensor => ({ type: 'float32', shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(0.37 * i + k) * Math.cos(0.0113 * i + k)) })
const some = (n: number, k: number): number[] => Array.from({ length: n }, (_, i) => Math.imul(i + k, 0x9e3779b9) >>> 24)
const bytes = (type: 'int8' | 'uint8' | 'int4' | 'uint4', shape: number[], k = 1): Tensor => ({ type, shape, data: Uint8Array.from(some(Math.ceil(shape.reduce((a, b) => a * b, 1) / (type.endsWith('4') ? 2 : 1)), k)) })
const scales = (shape: number[]): Tensor => ({ type: 'float32', shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 0.001 * (1 + i % 13)) })
const byte = (type: 'uint8' | 'int8', v: number, shape: number[] = []): Tensor => ({ type, shape, data: new Uint8Array(shape.reduce((a, b) => a * b, 1)).fill(v) })

interface Case { readonly weights: Record<string, Tensor>; readonly nodes: readonly TestNode[]; readonly x: Tensor; readonly perWeight: number; readonly count: number; readonly opset?: number }
const dequantised = (w: Tensor, s: Tensor, zero: Tensor | undefined, axis: number | undefined, block: number | undefined, user: TestNode): Pick<Case, 'weights' | 'nodes'> => ({
  weights: { q: w, s, ...zero && { z: zero } },
  nodes: [{ op: 'DequantizeLinear', inputs: ['q', 's', ...zero ? ['z'] : []], outputs: ['w'], attributes: { ...axis !== undefined && { axis }, ...block !== undefined && { block_size: block } } }, user],
})
const product: TestNode = { op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }, conv = (attributes: TestNode['attributes']): TestNode => ({ op: 'Conv', inputs: ['x', 'w'], outputs: ['y'], attributes: attributes! })
const gemm: TestNode = { op: 'Gemm', inputs: ['x', 'w'], outputs: ['y'], attributes: { transB: 1 } }
const k = 320, n = 200, x = wave([7, k], 1), image = wave([1, 32, 9, 9], 2)
const bits = (more: Partial<Record<string, Tensor>> = {}, block = 32): Pick<Case, 'weights' | 'nodes'> => ({
  weights: { b: bytes('uint8', [n, k / block, block / 2]), s: scales([n * k / block]), ...more as Record<string, Tensor> },
  nodes: [{ op: 'MatMulNBits', domain: 'com.microsoft', inputs: ['x', 'b', 's', ...Object.keys(more)], outputs: ['y'], attributes: { K: k, N: n, bits: 4, block_size: block } }],
})

const integers = (w: Tensor, zero: Tensor | undefined): Pick<Case, 'weights' | 'nodes'> => ({
  weights: { q: w, ...zero && { z: zero } },
  nodes: [{ op: 'DynamicQuantizeLinear', inputs: ['x'], outputs: ['a', 'as', 'az'] }, { op: w.shape.length === 4 ? 'ConvInteger' : 'MatMulInteger', inputs: ['a', 'q', 'az', ...zero ? ['z'] : []], outputs: ['i'] }, { op: 'Cast', inputs: ['i'], outputs: ['y'], attributes: { to: 1 } }],
})

/** Bytes that a weight may take, scales and the last panel's padding aside. */
const cases: Record<string, Case> = {
  'int8, a scale for each column': { ...dequantised(bytes('int8', [k, n]), scales([n]), undefined, 1, undefined, product), x, perWeight: 1, count: k * n },
  'int8, one scale': { ...dequantised(bytes('int8', [k, n]), scales([]), byte('int8', 0), undefined, undefined, product), x, perWeight: 1, count: k * n },
  'uint8 around 128': { ...dequantised(bytes('uint8', [k, n]), scales([n]), byte('uint8', 128, [n]), 1, undefined, product), x, perWeight: 1, count: k * n },
  'int8 of Gemm, rows of outputs': { ...dequantised(bytes('int8', [n, k]), scales([n]), undefined, 0, undefined, gemm), x, perWeight: 1, count: k * n },
  'int8 of a convolution': { ...dequantised(bytes('int8', [48, 32, 3, 3]), scales([48]), undefined, 0, undefined, conv({ pads: [1, 1, 1, 1] })), x: image, perWeight: 1, count: 48 * 288 },
  'int8 of a convolution in groups': { ...dequantised(bytes('int8', [96, 8, 5, 5]), scales([96]), undefined, 0, undefined, conv({ group: 4, strides: [2, 2] })), x: image, perWeight: 4 / 3, count: 96 * 200 },
  'uint8 of a convolution of single pixels': { ...dequantised(bytes('uint8', [256, 32, 1, 1]), scales([]), byte('uint8', 128), undefined, undefined, conv({})), x: image, perWeight: 1, count: 256 * 32 },
  'int4, blocks of 64': { ...dequantised(bytes('int4', [k, n]), scales([k / 64, n]), undefined, 0, 64, product), x, perWeight: 0.5, count: k * n, opset: 21 },
  'uint4, a scale for each column': { ...dequantised(bytes('uint4', [k, n]), scales([n]), { ...bytes('uint4', [n]), data: new Uint8Array(n / 2).fill(0x88) }, 1, undefined, product), x, perWeight: 0.5, count: k * n, opset: 21 },
  'int4 of a convolution': { ...dequantised(bytes('int4', [48, 32, 3, 3]), scales([48]), undefined, 0, undefined, conv({ pads: [1, 1, 1, 1] })), x: image, perWeight: 1, count: 48 * 288, opset: 21 },
  'MatMulInteger': { ...integers(bytes('int8', [k, n]), undefined), x, perWeight: 1, count: k * n },
  'MatMulInteger with 0 as zero point': { ...integers(bytes('int8', [k, n]), byte('int8', 0, [n])), x, perWeight: 1, count: k * n },
  'MatMulInteger around 128': { ...integers(bytes('uint8', [k, n]), byte('uint8', 128)), x, perWeight: 1, count: k * n },
  'ConvInteger': { ...integers(bytes('int8', [48, 32, 3, 3]), byte('int8', 0)), x: image, perWeight: 1, count: 48 * 288 },
  'MatMulNBits': { ...bits(), x, perWeight: 0.5, count: k * n },
  'MatMulNBits, blocks of 64': { ...bits({}, 64), x, perWeight: 0.5, count: k * n },
  'MatMulNBits with the middle as zero point': { ...bits({ z: byte('uint8', 0x88, [n * k / 64]) }), x, perWeight: 0.5, count: k * n },
}
/** What panels cannot say is widened, with the same result. */
const widened: Record<string, Case> = {
  'uint8 around another number': { ...dequantised(bytes('uint8', [k, n]), scales([n]), byte('uint8', 117, [n]), 1, undefined, product), x, perWeight: 4, count: k * n },
  'int8, a scale for each row': { ...dequantised(bytes('int8', [k, n]), scales([k]), undefined, 0, undefined, product), x, perWeight: 4, count: k * n },
  'MatMulInteger around another number': { ...integers(bytes('uint8', [k, n]), byte('uint8', 117)), x, perWeight: 4, count: k * n },
  'MatMulNBits, blocks of 16': { ...bits({}, 16), x, perWeight: 4, count: k * n },
  'MatMulNBits with zero points': { ...bits({ z: byte('uint8', 0x79, [n * k / 64]) }), x, perWeight: 4, count: k * n },
}

let engine: Engine
beforeAll(async () => { engine = await createEngine({ threads: 2 }) })
afterAll(() => engine.close())

/** Bytes that its weights and values take, and what it gives. */
async function run(c: Case, precision: Precision, passes = true): Promise<{ used: number; y: Float32Array }> {
  const before = engine.memory().used, session = await engine.load(model(c), { precision, passes })
  const { y } = await session.run({ x: c.x }), used = engine.memory().used - before
  await session.close()
  return { used, y: (y as Tensor).data as Float32Array }
}
const model = (c: Case): Uint8Array => encodeModel({ nodes: c.nodes, weights: c.weights, inputs: { x: 'float32' }, outputs: { y: 'float32' }, opset: c.opset ?? 17 })
const far = (a: Float32Array, b: Float32Array): number => Math.sqrt(a.reduce((s, v, i) => s + (v - b[i]!) ** 2, 0) / b.reduce((s, v) => s + v * v, 0))

describe.each([...Object.entries(cases), ...Object.entries(widened)])('weights in a few bits: %s', (_name, c) => {
  test('take what they take in the file, and give what they give in float32', async () => {
    const narrow = await run(c, 'stored'), wide = await run(c, 'float32')
    // Sums are rounded in another order where convolutions are direct.
    expect(far(narrow.y, wide.y)).toBeLessThan(1e-6)
    expect(far((await run(c, 'stored', false)).y, wide.y)).toBeLessThan(1e-6)
    const most = c.count * c.perWeight, saved = wide.used - narrow.used
    if (c.perWeight < 4) expect(saved).toBeGreaterThan(0.85 * (4 * c.count - most))
  })

  test('are estimated within 10%', async () => {
    const own = await createEngine({ threads: 1 }), session = await own.load(model(c)), told = await estimate(model(c), { x: c.x.shape }, { threads: 1 })
    await session.run({ x: c.x })
    expect(Math.abs(own.memory().peak / told.total - 1)).toBeLessThan(0.1)
    await own.close()
  })
})
