import { int64, isBig, numbers } from '../graph/numbers.js'
import { axisOf } from '../graph/shape.js'
import { allocate, size, type Tensor } from '../graph/value.js'
import { op } from './op.js'

/** The different slices along an axis (or elements), where each is first, which each one is, and how many there are of it. */
export default op({
  name: 'Unique', since: 11, attrs: { axis: null as number | null, sorted: 1 },
  compute([x], { axis, sorted }) {
    const t = x as Tensor, shape = axis === null ? [t.data.length] : t.shape, a = axis === null ? 0 : axisOf(axis, shape.length), n = shape[a]!, inner = size(shape.slice(a + 1)), outer = size(shape.slice(0, a))
    const v = (isBig(t.type) ? t.data : numbers(t)) as ArrayLike<number>, slice = (k: number): number[] => Array.from({ length: outer * inner }, (_, i) => v[(Math.floor(i / inner) * n + k) * inner + i % inner]!)
    const first = new Map<string, number>(), counts: number[] = [], heads: number[] = [], which: number[] = []
    for (let k = 0; k < n; k++) {
      const key = String(slice(k))
      let at = first.get(key)
      if (at === undefined) { first.set(key, at = heads.length); heads.push(k); counts.push(0) }
      counts[at]!++
      which.push(at)
    }
    const order = heads.map((_, i) => i)
    if (sorted) order.sort((p, q) => { const b = slice(heads[q]!), i = slice(heads[p]!); const d = i.findIndex((e, k) => e !== b[k]); return d < 0 ? 0 : i[d]! < b[d]! ? -1 : 1 })
    const rank = order.map((_, i) => order.indexOf(i)), data = allocate(t.type, outer * order.length * inner) as Float64Array
    for (let o = 0; o < outer; o++) order.forEach((u, r) => { for (let e = 0; e < inner; e++) data[(o * order.length + r) * inner + e] = (t.data as Float64Array)[(o * n + heads[u]!) * inner + e]! })
    return [{ type: t.type, shape: shape.map((d, i) => i === a ? order.length : d), data }, int64(order.map(u => heads[u]!)), int64(which.map(w => rank[w]!)), int64(order.map(u => counts[u]!))]
  },
})
