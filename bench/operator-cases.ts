import { type ElementType, type Tensor } from '../wasm/index.js'
import { type TypedArray } from '../wasm/graph/value.js'
import { type TestNode } from '../wasm/testing/model.js'

/** An input: made-up values of a range, or given ones; `held` ones are weights of the model. */
interface Operand { readonly type: ElementType; readonly shape: readonly number[]; readonly low?: number; readonly high?: number; readonly values?: readonly number[]; readonly held?: boolean }
export interface OperatorCase { readonly name: string; readonly node: TestNode; readonly opset: number; readonly feeds: Readonly<Record<string, Tensor>>; readonly weights: Readonly<Record<string, Tensor>>; readonly outputs: Readonly<Record<string, ElementType>> }
type Attributes = NonNullable<TestNode['attributes']>
interface More { readonly domain?: string; readonly opset?: number; readonly outputs?: readonly ElementType[] }

const arrays: Partial<Readonly<Record<ElementType, { from(a: Iterable<number | bigint>): TypedArray }>>> = {
  float32: { from: a => Float32Array.from(a as Iterable<number>) }, bool: { from: a => Uint8Array.from(a as Iterable<number>) }, uint8: { from: a => Uint8Array.from(a as Iterable<number>) },
  int8: { from: a => Int8Array.from(a as Iterable<number>) }, int32: { from: a => Int32Array.from(a as Iterable<number>) }, int64: { from: a => BigInt64Array.from(a as Iterable<bigint>) },
}

function tensor({ type, shape, low = -1, high = 1, values }: Operand, index: number): Tensor {
  let state = Math.imul(index + 1, 0x9e3779b9) >>> 0
  const length = shape.reduce((a, b) => a * b, 1)
  const numbers = values ?? Array.from({ length }, () => {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5
    const x = low + (high - low) * (state >>> 0) / 2 ** 32
    return type === 'float32' ? x : Math.floor(x)
  })
  return { type, shape, data: arrays[type]!.from(type === 'int64' ? numbers.map(BigInt) : numbers) }
}

/** `name`: the operator, and after a space what is special about it. */
function of(name: string, inputs: readonly (Operand | undefined)[], attributes: Attributes = {}, { domain = '', opset = 21, outputs = ['float32'] }: More = {}): OperatorCase {
  const all = inputs.map((o, i) => o && { name: `x${i}`, held: o.held ?? false, tensor: tensor(o, i) }), some = (held: boolean): Record<string, Tensor> => Object.fromEntries(all.flatMap(o => o?.held === held ? [[o.name, o.tensor]] : []))
  return {
    name, opset, feeds: some(false), weights: some(true), outputs: Object.fromEntries(outputs.map((t, i) => [`y${i}`, t])),
    node: { op: name.split(' ')[0]!, domain, inputs: all.map(o => o?.name ?? ''), outputs: outputs.map((_, i) => `y${i}`), attributes },
  }
}

const f = (shape: readonly number[], low = -1, high = 1): Operand => ({ type: 'float32', shape, low, high })
const whole = (type: ElementType, shape: readonly number[], low: number, high: number): Operand => ({ type, shape, low, high })
const held = (o: Operand): Operand => ({ ...o, held: true })
const list = (...values: number[]): Operand => ({ type: 'int64', shape: [values.length], values, held: true })
const one = (value: number, type: ElementType = 'float32'): Operand => ({ type, shape: [], values: [value], held: true })

/** What passes through a U-Net at 64x64 latents: channels first, and as tokens. */
const X = [1, 320, 64, 64], T = [1, 4096, 320]
const x = f(X), tokens = f(T), positive = f(X, 0.1, 1), bools = whole('bool', X, 0, 2), ints = whole('int32', X, 0, 1000)
const microsoft = { domain: 'com.microsoft' }

const unary = (names: string, input: Operand, more?: More): OperatorCase[] => names.split(' ').map(n => of(n, [input], {}, more))
const reduced = 'L1 L2 LogSum LogSumExp Max Mean Min Prod Sum SumSquare'.split(' ')

/** The operators that work on large tensors, on tensors of that size. */
export const operatorCases: readonly OperatorCase[] = [
  ...unary('Abs Asin Asinh Atan Atanh Acos Ceil Celu Cos Cosh Elu Erf Exp Floor Gelu HardSigmoid HardSwish LeakyRelu Mish Neg Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign Tan Tanh ThresholdedRelu', x),
  ...unary('Log Reciprocal Sqrt', positive), of('Acosh', [f(X, 1, 3)]), ...unary('IsInf IsNaN', x, { outputs: ['bool'] }), of('Not', [bools], {}, { outputs: ['bool'] }),
  of('QuickGelu', [x], {}, microsoft), of('FastGelu', [tokens, held(f([320]))], {}, microsoft), of('Swish', [x], {}, { opset: 24 }), of('Clip', [x, one(-0.5), one(0.5)]),
  ...['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Mean', 'Sum'].map(n => of(n, [x, positive])), of('Add channels', [x, held(f([320, 1, 1]))]), of('Pow', [positive, one(2.5)]), of('Mod', [x, positive], { fmod: 1 }), of('PRelu', [x, held(f([320, 1, 1]))]),
  ...['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'].map(n => of(n, [x, f(X, -0.5, 0.5)], {}, { outputs: ['bool'] })), ...['And', 'Or', 'Xor'].map(n => of(n, [bools, bools], {}, { outputs: ['bool'] })),
  ...['BitwiseAnd', 'BitwiseOr', 'BitwiseXor'].map(n => of(n, [ints, ints], {}, { outputs: ['int32'] })), of('Where', [bools, x, x]),
  of('Cast whole', [ints], { to: 1 }), of('Cast long', [x], { to: 7 }, { outputs: ['int64'] }), of('Dropout', [x]),
  of('Softmax', [f([8, 1024, 1024])], { axis: -1 }), of('Softmax channels', [x], { axis: 1 }), of('LogSoftmax', [tokens], { axis: -1 }), of('Hardmax', [tokens], { axis: -1 }),
  ...reduced.map(n => of(`Reduce${n}`, [n.startsWith('Log') ? positive : x, list(2, 3)])), of('ReduceMean channels', [x, list(1)]), ...['ArgMax', 'ArgMin'].map(n => of(n, [x], { axis: 1 }, { outputs: ['int64'] })),
  of('CumSum', [x, one(3, 'int64')]), of('TopK', [tokens, list(8)], {}, { outputs: ['float32', 'int64'] }),
  of('BatchNormalization', [x, ...[0, 1].map(() => held(f([320]))), held(f([320])), held(f([320], 0.5, 1))]), of('InstanceNormalization', [x, held(f([320])), held(f([320]))]), of('GroupNormalization', [x, held(f([320])), held(f([320]))], { num_groups: 32 }),
  of('LayerNormalization', [tokens, held(f([320])), held(f([320]))]), of('RMSNormalization', [tokens, held(f([320]))], {}, { opset: 23 }), of('LpNormalization', [tokens], { axis: -1 }), of('LRN', [x], { size: 5 }), of('MeanVarianceNormalization', [x]),
  of('AveragePool', [x], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] }), of('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] }), of('LpPool', [x], { kernel_shape: [2, 2], strides: [2, 2] }),
  ...unary('GlobalAveragePool GlobalMaxPool GlobalLpPool', x),
  of('Concat', [x, x], { axis: 1 }), of('Split', [x], { axis: 1, num_outputs: 2 }, { outputs: ['float32', 'float32'] }), of('Slice', [x, list(1, 0), list(63, 64), list(2, 3), list(1, 2)]), of('Transpose', [x], { perm: [0, 2, 3, 1] }),
  of('Tile', [x, list(1, 1, 2, 1)]), of('Expand', [held(f([320, 1, 1])), { ...list(...X), held: false }]), of('DepthToSpace', [x], { blocksize: 2 }), of('SpaceToDepth', [x], { blocksize: 2 }), of('Trilu', [f([8, 1024, 1024])]),
  ...['constant', 'reflect', 'edge'].map(mode => of(`Pad ${mode}`, [x, list(0, 0, 1, 1, 0, 0, 1, 1)], { mode })), of('ReverseSequence', [f([64, 64, 320]), { ...whole('int64', [64], 1, 64) }]), of('CenterCropPad', [x, list(72, 56)], { axes: [2, 3] }),
  ...['nearest', 'linear', 'cubic'].map(mode => of(`Resize ${mode}`, [x, undefined, { type: 'float32', shape: [4], values: [1, 1, 2, 2], held: true }], { mode })), of('GridSample', [x, f([1, 64, 64, 2])]),
  of('Gather', [held(f([4096, 768])), whole('int64', [1, 77], 0, 4096)]), of('GatherElements', [tokens, whole('int64', T, 0, 320)], { axis: 2 }), of('GatherND', [tokens, { type: 'int64', shape: [1024, 2], values: Array.from({ length: 2048 }, (_, i) => i % 2 ? i % 4096 : 0) }]),
  of('ScatterElements', [tokens, whole('int64', [1, 1024, 320], 0, 4096), f([1, 1024, 320])], { axis: 1, reduction: 'add' }), of('ScatterND', [tokens, { type: 'int64', shape: [1024, 2], values: Array.from({ length: 2048 }, (_, i) => i % 2 ? i % 4096 : 0) }, f([1024, 320])]),
  of('OneHot', [whole('int64', [4096], 0, 320), one(320, 'int64'), { type: 'float32', shape: [2], values: [0, 1], held: true }]), of('Compress', [x, whole('bool', [320], 0, 2)], { axis: 1 }), of('NonZero', [bools], {}, { outputs: ['int64'] }),
  of('Conv', [x, held(f([320, 320, 3, 3])), held(f([320]))], { pads: [1, 1, 1, 1] }), of('Conv 1x1', [x, held(f([320, 320, 1, 1]))]), of('Conv grouped', [x, held(f([320, 10, 3, 3]))], { pads: [1, 1, 1, 1], group: 32 }), of('Conv depthwise', [x, held(f([320, 1, 3, 3]))], { pads: [1, 1, 1, 1], group: 320 }),
  of('Conv line', [f([1, 320, 4096]), held(f([320, 320, 3]))], { pads: [1, 1] }), of('Conv volume', [f([1, 64, 8, 32, 32]), held(f([64, 64, 3, 3, 3]))], { pads: [1, 1, 1, 1, 1, 1] }),
  of('ConvTranspose', [f([1, 320, 32, 32]), held(f([320, 160, 4, 4]))], { strides: [2, 2], pads: [1, 1, 1, 1] }), of('DeformConv', [f([1, 64, 32, 32]), held(f([64, 64, 3, 3])), f([1, 18, 32, 32])], { pads: [1, 1, 1, 1] }),
  of('Gemm', [f([4096, 320]), held(f([320, 1280])), held(f([1280]))]), of('MatMul', [tokens, held(f([320, 1280]))]), of('MatMul batches', [f([8, 1024, 40]), f([8, 40, 1024])]), of('FusedMatMul', [f([8, 1024, 40]), f([8, 1024, 40])], { transB: 1 }, microsoft), of('Einsum', [f([8, 1024, 40]), f([8, 1024, 40])], { equation: 'bid,bjd->bij' }),
  of('Attention', [f([1, 8, 1024, 40]), f([1, 8, 1024, 40]), f([1, 8, 1024, 40])], {}, { opset: 23 }), of('MultiHeadAttention', [f([1, 1024, 320]), f([1, 1024, 320]), f([1, 1024, 320])], { num_heads: 8 }, microsoft),
  of('RotaryEmbedding', [f([1, 8, 1024, 64]), f([1, 1024, 32]), f([1, 1024, 32])], {}, { opset: 23 }),
  of('QuantizeLinear', [x, one(0.01), one(128, 'uint8')], {}, { outputs: ['uint8'] }), of('DequantizeLinear', [whole('uint8', X, 0, 256), one(0.01), one(128, 'uint8')]), of('DynamicQuantizeLinear', [x], {}, { outputs: ['uint8', 'float32', 'uint8'] }),
  of('MatMulInteger', [whole('uint8', T, 0, 256), held(whole('int8', [320, 1280], -64, 64)), one(128, 'uint8')], {}, { outputs: ['int32'] }), of('ConvInteger', [whole('uint8', X, 0, 256), held(whole('uint8', [320, 320, 3, 3], 0, 256)), one(128, 'uint8')], { pads: [1, 1, 1, 1] }, { outputs: ['int32'] }),
  of('QLinearMatMul', [whole('uint8', [4096, 320], 0, 256), one(0.01), one(128, 'uint8'), held(whole('int8', [320, 1280], -64, 64)), one(0.01), one(0, 'int8'), one(0.1), one(128, 'uint8')], {}, { outputs: ['uint8'] }),
  of('QLinearConv', [whole('uint8', X, 0, 256), one(0.01), one(128, 'uint8'), held(whole('int8', [320, 320, 3, 3], -64, 64)), one(0.01), one(0, 'int8'), one(0.5), one(128, 'uint8')], { pads: [1, 1, 1, 1] }, { outputs: ['uint8'] }),
  of('MatMulNBits', [tokens, held(whole('uint8', [1280, 10, 16], 0, 256)), held(f([12800], 0, 0.1))], { K: 320, N: 1280, bits: 4, block_size: 32 }, microsoft),
]
