import { isBig, numbers } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { mapped, unaryLaunch } from './families/elementwise.js'
import { op } from './op.js'

const bound = (t: unknown, fallback: number): number => t ? numbers(t as Tensor)[0] ?? fallback : fallback
const bigBound = (t: unknown): bigint | undefined => t && isBig((t as Tensor).type) ? (t as Tensor).data[0] as bigint : undefined
/** The upper bound wins where the two cross. */
const clip = (x: Tensor, low: number, high: number, a?: bigint, b?: bigint): Tensor =>
  mapped(x, undefined, v => Math.min(Math.max(v, low), high), v => { const w = a !== undefined && v < a ? a : v; return b !== undefined && w > b ? b : w })

export default [
  op({
    name: 'Clip', since: 6, attrs: { min: -Infinity, max: Infinity }, inPlace: [0], infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
    launch: ({ in: [x], out: [y] }, a) => [unaryLaunch('f32_clip', x!, y!, a.min, a.max)],
    compute: ([x], a) => [clip(x as Tensor, a.min, a.max)],
  }),
  op({
    name: 'Clip', since: 11, attrs: {}, inPlace: [0], infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
    kernels: ([x, low, high]) => x!.type === 'float32' && !x!.layout && [low, high].every(f => !f || f.constant !== undefined || f.value !== undefined),
    launch: ({ in: [x, low, high], out: [y] }) => [unaryLaunch('f32_clip', x!, y!, bound(low?.value, -Infinity), bound(high?.value, Infinity))],
    compute: ([x, low, high]) => [clip(x as Tensor, bound(low, -Infinity), bound(high, Infinity), bigBound(low), bigBound(high))],
  }),
]
