import { list, numbers, tensor } from '../graph/numbers.js'
import { axisOf } from '../graph/shape.js'
import { size, type Tensor } from '../graph/value.js'
import { op, u32, type Inputs, type Io, type Op } from './op.js'

/** `kernel` is one of CumsumArgs. */
export const cumulative = (name: string, since: number, start: number, step: (s: number, x: number) => number, kernel?: string): Op => op({
  name, since, attrs: { exclusive: 0, reverse: 0 },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  ...kernel !== undefined && {
    kernels: ([x, axis]: Inputs) => x!.type === 'float32' && !x!.layout && x!.shape.length > 0 && axis!.value !== undefined,
    launch({ in: [x, axis], out: [y] }: Io, { exclusive, reverse }: { exclusive: number; reverse: number }) {
      const a = axisOf(list(axis!.value)[0]!, x!.shape.length), n = x!.shape[a]!, inner = size(x!.shape.slice(a + 1))
      return [{ kernel, args: [x!, y!, ...[n, inner, exclusive ? 1 : 0, reverse ? 1 : 0].map(u32)], tiles: n > 0 ? size(x!.shape.slice(0, a)) * Math.ceil(inner / 64) : 0 }]
    },
  },
  compute([x, axis], { exclusive, reverse }) {
    const t = x as Tensor, a = axisOf(list(axis as Tensor)[0]!, t.shape.length), n = t.shape[a]!, inner = size(t.shape.slice(a + 1)), v = numbers(t), out = new Float64Array(v.length)
    for (let o = 0; o < size(t.shape.slice(0, a)); o++) for (let i = 0; i < inner; i++) {
      let s = start
      for (let k = 0; k < n; k++) {
        const at = (o * n + (reverse ? n - 1 - k : k)) * inner + i
        if (exclusive) { out[at] = s; s = step(s, v[at]!) } else out[at] = s = step(s, v[at]!)
      }
    }
    return [tensor(t.type, t.shape, out)]
  },
})
export default cumulative('CumSum', 11, 0, (s, x) => s + x, 'f32_cumsum')
