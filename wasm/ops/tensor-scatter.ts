import { list } from '../graph/numbers.js'
import { axisOf } from '../graph/shape.js'
import { size, type Tensor } from '../graph/value.js'
import { op } from './op.js'

/** Writes an update into a cache along one axis, each batch at its own place. */
export default op({
  name: 'TensorScatter', since: 24, attrs: { axis: -2, mode: 'linear' },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  compute([past, update, indices], { axis, mode }) {
    const t = past as Tensor, u = update as Tensor, a = axisOf(axis, t.shape.length), n = t.shape[a]!, m = u.shape[a]!, inner = size(t.shape.slice(a + 1)), between = size(t.shape.slice(1, a)), starts = indices ? list(indices as Tensor) : [], data = t.data.slice() as Float64Array, from = u.data as Float64Array
    for (let b = 0; b < t.shape[0]!; b++) for (let o = 0; o < between; o++) for (let k = 0; k < m; k++) {
      const at = (starts[b] ?? 0) + k
      if (mode !== 'circular' && at >= n) throw new Error(`the update ends at ${at + 1}, beyond ${n}`)
      for (let e = 0; e < inner; e++) data[((b * between + o) * n + at % n) * inner + e] = from[((b * between + o) * m + k) * inner + e]!
    }
    return [{ type: t.type, shape: t.shape, data }]
  },
})
