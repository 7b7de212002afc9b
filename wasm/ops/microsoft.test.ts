import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { createEngine, type Engine, type Tensor } from '../index.js'
import { encodeModel, type TestNode } from '../testing/model.js'

const f = (shape: number[], k = 1, scale = 1): Tensor => ({ type: 'float32', shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => scale * Math.sin(i * 1.7 + k) * Math.cos(i * 0.3 + k)) })
const u8 = (shape: number[]): Tensor => ({ type: 'uint8', shape, data: Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i * 37 % 256) })
const i32 = (shape: number[], data: number[]): Tensor => ({ type: 'int32', shape, data: Int32Array.from(data) })
const i64 = (shape: number[], data: number[]): Tensor => ({ type: 'int64', shape, data: BigInt64Array.from(data, BigInt) })

interface Case { readonly op: string; readonly inputs: readonly (Tensor | undefined)[]; readonly attributes?: TestNode['attributes']; readonly outputs?: number }
/** Against ONNX Runtime's CPU provider, which has these. */
const cases: Record<string, Case> = {
  BiasGelu: { op: 'BiasGelu', inputs: [f([2, 3, 8]), f([8], 2)] },
  FastGelu: { op: 'FastGelu', inputs: [f([2, 3, 8]), f([8], 2)] },
  Gelu: { op: 'Gelu', inputs: [f([2, 37])] },
  QuickGelu: { op: 'QuickGelu', inputs: [f([2, 37])], attributes: { alpha: { float: 1.5 } } },
  'FusedMatMul, both turned': { op: 'FusedMatMul', inputs: [f([2, 5, 3]), f([2, 4, 5])], attributes: { transA: 1, transB: 1, alpha: { float: 0.5 } } },
  'FusedConv with a sum and Relu': { op: 'FusedConv', inputs: [f([1, 3, 7, 7]), f([4, 3, 3, 3]), f([4]), f([1, 4, 7, 7], 3)], attributes: { activation: 'Relu', pads: [1, 1, 1, 1], kernel_shape: [3, 3] } },
  SkipLayerNormalization: { op: 'SkipLayerNormalization', inputs: [f([2, 3, 8]), f([2, 3, 8], 5), f([8], 2), f([8], 3), f([8], 4)], attributes: { epsilon: { float: 1e-5 } } },
  SkipSimplifiedLayerNormalization: { op: 'SkipSimplifiedLayerNormalization', inputs: [f([2, 3, 8]), f([2, 3, 8], 5), f([8], 2)], attributes: { epsilon: { float: 1e-5 } } },
  MatMulNBits: { op: 'MatMulNBits', inputs: [f([3, 70]), u8([5, 3, 16]), f([15], 1)], attributes: { K: 70, N: 5, bits: 4, block_size: 32 } },
  'MatMulNBits with zero points': { op: 'MatMulNBits', inputs: [f([3, 64]), u8([5, 2, 16]), f([10], 1), u8([5])], attributes: { K: 64, N: 5, bits: 4, block_size: 32 } },
  RotaryEmbedding: { op: 'RotaryEmbedding', inputs: [f([2, 3, 16]), i64([2, 3], [0, 1, 2, 3, 4, 5]), f([8, 4], 2), f([8, 4], 3)], attributes: { num_heads: 2, rotary_embedding_dim: 0 } },
  'RotaryEmbedding, interleaved': { op: 'RotaryEmbedding', inputs: [f([1, 2, 3, 8]), i64([1], [2]), f([8, 4], 2), f([8, 4], 3)], attributes: { interleaved: 1 } },
  Attention: { op: 'Attention', inputs: [f([2, 5, 8]), f([8, 24], 2), f([24], 3)], attributes: { num_heads: 2 } },
  'Attention, one way, masked': { op: 'Attention', inputs: [f([2, 5, 8]), f([8, 24], 2), f([24], 3), i32([2, 5], [1, 1, 1, 0, 0, 1, 1, 1, 1, 1])], attributes: { num_heads: 2, unidirectional: 1 } },
  'Attention with a cache, one way': { op: 'Attention', inputs: [f([2, 3, 8]), f([8, 24], 2), f([24], 3), undefined, f([2, 2, 2, 4, 4], 5)], attributes: { num_heads: 2, unidirectional: 1 }, outputs: 2 },
  'Attention with a bias of the scores': { op: 'Attention', inputs: [f([2, 3, 8]), f([8, 24], 2), f([24], 3), undefined, undefined, f([2, 2, 3, 3], 6)], attributes: { num_heads: 2 } },
  'Attention with a cache and a mask': { op: 'Attention', inputs: [f([2, 3, 8]), f([8, 24], 2), f([24], 3), i32([2, 7], [1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1]), f([2, 2, 2, 4, 4], 5)], attributes: { num_heads: 2 }, outputs: 2 },
  'Attention with the number of keys': { op: 'Attention', inputs: [f([2, 5, 8]), f([8, 24], 2), f([24], 3), i32([2], [3, 5])], attributes: { num_heads: 2 } },
  'Attention with the first and the number of keys': { op: 'Attention', inputs: [f([2, 5, 8]), f([8, 24], 2), f([24], 3), i32([4], [3, 5, 1, 0])], attributes: { num_heads: 2 } },
  'Attention with values of another width': { op: 'Attention', inputs: [f([2, 5, 8]), f([8, 28], 2), f([28], 3)], attributes: { num_heads: 2, qkv_hidden_sizes: [8, 8, 12] } },
  MultiHeadAttention: { op: 'MultiHeadAttention', inputs: [f([2, 5, 8]), f([2, 7, 8], 2), f([2, 7, 8], 3), f([24], 4)], attributes: { num_heads: 2 } },
  'MultiHeadAttention with a mask': { op: 'MultiHeadAttention', inputs: [f([2, 5, 8]), f([2, 7, 8], 2), f([2, 7, 8], 3), undefined, i32([2, 7], [1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1])], attributes: { num_heads: 4 } },
  'MultiHeadAttention with a bias of the scores': { op: 'MultiHeadAttention', inputs: [f([2, 5, 8]), f([2, 7, 8], 2), f([2, 7, 8], 3), undefined, undefined, f([1, 2, 5, 7], 4)], attributes: { num_heads: 2 } },
  'MultiHeadAttention with a cache': { op: 'MultiHeadAttention', inputs: [f([1, 2, 8]), f([1, 2, 8], 2), f([1, 2, 8], 3), undefined, undefined, undefined, f([1, 2, 3, 4], 5), f([1, 2, 3, 4], 6)], attributes: { num_heads: 2 }, outputs: 3 },
}
let engine: Engine
beforeAll(async () => { engine = await createEngine({ threads: 1 }) })
afterAll(() => engine.close())

function modelOf(c: Case): { bytes: Uint8Array; feeds: Record<string, Tensor> } {
  const feeds = Object.fromEntries(c.inputs.flatMap((t, i) => t ? [[`x${i}`, t]] : []))
  const outputs = Array.from({ length: c.outputs ?? 1 }, (_, i) => `y${i}`)
  // Packed weights are read when the model is loaded.
  const weights = c.op === 'MatMulNBits' ? Object.fromEntries(Object.entries(feeds).filter(([k]) => k !== 'x0')) : {}
  const inputs = Object.fromEntries(Object.entries(feeds).filter(([k]) => !(k in weights)))
  return {
    bytes: encodeModel({
      nodes: [{ op: c.op, domain: 'com.microsoft', inputs: c.inputs.map((t, i) => t ? `x${i}` : ''), outputs, ...c.attributes && { attributes: c.attributes } }],
      inputs: Object.fromEntries(Object.entries(inputs).map(([k, t]) => [k, t.type])), outputs: Object.fromEntries(outputs.map(o => [o, 'float32' as const])), weights,
    }),
    feeds: inputs,
  }
}
const difference = (a: Tensor, b: ArrayLike<number>): number => (a.data as Float32Array).reduce((m, v, i) => Math.max(m, Number.isNaN(v) ? Infinity : Math.abs(v - b[i]!)), 0)

test.each(Object.keys(cases))('com.microsoft %s is what ONNX Runtime computes', async name => {
  const { bytes, feeds } = modelOf(cases[name]!), reference = await InferenceSession.create(bytes)
  const want = await reference.run(Object.fromEntries(Object.entries(feeds).map(([k, t]) => [k, new OrtTensor(t.type as 'float32', t.data as Float32Array, t.shape as number[])])))
  const session = await engine.load(bytes), got = await session.run(feeds)
  for (const [k, w] of Object.entries(want)) {
    expect((got[k] as Tensor).shape).toEqual([...w.dims])
    expect(difference(got[k] as Tensor, w.data as Float32Array)).toBeLessThan(2e-5)
  }
  await session.close()
})

/** The CPU provider has not these: they are checked against what they mean, written with operators of the standard. */
test.each<[string, Case, readonly TestNode[]]>([
  ['BiasAdd', { op: 'BiasAdd', inputs: [f([2, 3, 8]), f([8], 2), f([2, 3, 8], 3)] }, [{ op: 'Add', inputs: ['x0', 'x1'], outputs: ['a'] }, { op: 'Add', inputs: ['a', 'x2'], outputs: ['y0'] }]],
  ['BiasSplitGelu', { op: 'BiasSplitGelu', inputs: [f([2, 3, 8]), f([8], 2)] }, [
    { op: 'Add', inputs: ['x0', 'x1'], outputs: ['h'] }, { op: 'Split', inputs: ['h'], outputs: ['a', 'b'], attributes: { axis: -1 } }, { op: 'Gelu', domain: 'com.microsoft', inputs: ['b'], outputs: ['g'] }, { op: 'Mul', inputs: ['a', 'g'], outputs: ['y0'] }]],
  ['MultiHeadAttention, packed', { op: 'MultiHeadAttention', inputs: [f([2, 5, 2, 3, 4])], attributes: { num_heads: 2 } }, [
    { op: 'Split', inputs: ['x0'], outputs: ['a', 'b', 'c'], attributes: { axis: 3 } }, ...[['a', 'q'], ['b', 'k'], ['c', 'v']].map(([from, to]) => ({ op: 'Reshape', inputs: [from!, 'joined'], outputs: [to!] })),
    { op: 'MultiHeadAttention', domain: 'com.microsoft', inputs: ['q', 'k', 'v'], outputs: ['y0'], attributes: { num_heads: 2 } }]],
  ['NhwcConv', { op: 'NhwcConv', inputs: [f([1, 5, 6, 3]), f([4, 3, 3, 3], 2), f([4], 3)], attributes: { pads: [1, 1, 1, 1], strides: [2, 2] } }, [
    { op: 'Transpose', inputs: ['x0'], outputs: ['t'], attributes: { perm: [0, 3, 1, 2] } }, { op: 'Conv', inputs: ['t', 'x1', 'x2'], outputs: ['c'], attributes: { pads: [1, 1, 1, 1], strides: [2, 2] } }, { op: 'Transpose', inputs: ['c'], outputs: ['y0'], attributes: { perm: [0, 2, 3, 1] } }]],
  ['GroupNorm', { op: 'GroupNorm', inputs: [f([2, 5, 6, 8]), f([8], 2), f([8], 3)], attributes: { groups: 1, activation: 1, epsilon: { float: 1e-5 } } }, [
    { op: 'LayerNormalization', inputs: ['flat', 'one'], outputs: ['n'], attributes: { axis: 1, epsilon: { float: 1e-5 } } }, { op: 'Identity', inputs: ['x0'], outputs: ['flat'] }, { op: 'Sub', inputs: ['x0', 'x0'], outputs: ['zero'] }, { op: 'Exp', inputs: ['whole'], outputs: ['one'] },
    { op: 'ReduceSum', inputs: ['zero', 'axis'], outputs: ['whole'], attributes: { keepdims: 0 } }, { op: 'Mul', inputs: ['n', 'x1'], outputs: ['m'] }, { op: 'Add', inputs: ['m', 'x2'], outputs: ['z'] }, { op: 'Sigmoid', inputs: ['z'], outputs: ['s'] }, { op: 'Mul', inputs: ['z', 's'], outputs: ['y0'] }]],
])('com.microsoft %s is what it stands for', async (_name, c, nodes) => {
  const { bytes, feeds } = modelOf(c), types = Object.fromEntries(Object.entries(feeds).map(([k, t]) => [k, t.type]))
  const reference = await InferenceSession.create(encodeModel({ nodes: sorted(nodes), inputs: types, outputs: { y0: 'float32' }, weights: { axis: i64([1], [0]), joined: i64([3], [0, 0, -1]) } }))
  const want = await reference.run(Object.fromEntries(Object.entries(feeds).map(([k, t]) => [k, new OrtTensor(t.type as 'float32', t.data as Float32Array, t.shape as number[])])))
  const session = await engine.load(bytes), got = await session.run(feeds)
  expect(difference(got.y0 as Tensor, want.y0!.data as Float32Array)).toBeLessThan(2e-5)
  await session.close()
})

/** Makers before readers. */
function sorted(nodes: readonly TestNode[]): TestNode[] {
  const out: TestNode[] = [], made = new Set(nodes.flatMap(n => n.outputs))
  const rest = [...nodes]
  while (rest.length) { const i = rest.findIndex(n => n.inputs.every(v => !made.has(v))), [n] = rest.splice(i, 1); out.push(n!); n!.outputs.forEach(o => made.delete(o)) }
  return out
}
