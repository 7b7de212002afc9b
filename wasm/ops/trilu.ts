import { list } from '../graph/numbers.js'
import { allocate, type Tensor } from '../graph/value.js'
import { op } from './op.js'

export default op({
  name: 'Trilu', since: 14, attrs: { upper: 1 },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  compute([x, k], { upper }) {
    const t = x as Tensor, [rows, columns] = t.shape.slice(-2) as [number, number], shift = list(k as Tensor | undefined)[0] ?? 0
    const data = allocate(t.type, t.data.length) as Float64Array, from = t.data as Float64Array
    for (let at = 0, r = 0; at < data.length; at += columns, r = r + 1 === rows ? 0 : r + 1) {
      const edge = Math.min(columns, Math.max(0, r + shift + (upper ? 0 : 1))), [first, end] = upper ? [at + edge, at + columns] : [at, at + edge]
      data.set(from.subarray(first, end), first)
    }
    return [{ type: t.type, shape: t.shape, data }]
  },
})
