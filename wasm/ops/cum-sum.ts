import { list, numbers, tensor } from '../graph/numbers.js'
import { axisOf } from '../graph/shape.js'
import { size, type Tensor } from '../graph/value.js'
import { op, type Op } from './op.js'

export const cumulative = (name: string, since: number, start: number, step: (s: number, x: number) => number): Op => op({
  name, since, attrs: { exclusive: 0, reverse: 0 },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
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
export default cumulative('CumSum', 11, 0, (s, x) => s + x)
