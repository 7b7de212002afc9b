import { axisOf } from '../graph/shape.js'
import { allocate, size, type Tensor } from '../graph/value.js'
import { op } from './op.js'

export default op({
  name: 'Compress', since: 9, attrs: { axis: null as number | null },
  compute([x, condition], { axis }) {
    const t = x as Tensor, rank = axis === null ? 0 : axisOf(axis, t.shape.length), shape = axis === null ? [t.data.length] : t.shape, n = shape[rank]!, inner = size(shape.slice(rank + 1)), outer = size(shape.slice(0, rank))
    const kept = Array.from((condition as Tensor).data as Uint8Array).flatMap((c, i) => c && i < n ? [i] : []), data = allocate(t.type, outer * kept.length * inner) as Float64Array, from = t.data as Float64Array
    let k = 0
    for (let o = 0; o < outer; o++) for (const i of kept) for (let e = 0; e < inner; e++) data[k++] = from[(o * n + i) * inner + e]!
    return [{ type: t.type, shape: shape.map((d, i) => i === rank ? kept.length : d), data }]
  },
})
