import { numbers, int64 } from '../../graph/numbers.js'
import { axisOf } from '../../graph/shape.js'
import { size, type Tensor } from '../../graph/value.js'
import { op, type Op } from '../op.js'

/** The place of the extreme value along an axis: the first of equals, or the last. */
export const arg = (name: string, better: (a: number, b: number) => boolean): Op => op({
  name, since: 1, attrs: { axis: 0, keepdims: 1, select_last_index: 0 },
  infer([x], { axis, keepdims }) { const a = axisOf(axis, x!.shape.length); return [{ type: 'int64', shape: x!.shape.flatMap((d, i) => i !== a ? [d] : keepdims ? [1] : []) }] },
  compute([x], { axis, keepdims, select_last_index: last }) {
    const t = x as Tensor, a = axisOf(axis, t.shape.length), n = t.shape[a]!, inner = size(t.shape.slice(a + 1)), v = numbers(t), out: number[] = []
    for (let o = 0; o < size(t.shape.slice(0, a)); o++) for (let i = 0; i < inner; i++) {
      let best = 0
      const at = (k: number): number => v[(o * n + k) * inner + i]!
      for (let k = 1; k < n; k++) if (better(at(k), at(best)) || (last && at(k) === at(best))) best = k
      out.push(best)
    }
    return [int64(out, t.shape.flatMap((d, i) => i !== a ? [d] : keepdims ? [1] : []))]
  },
})
