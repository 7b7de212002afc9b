import { list } from '../graph/numbers.js'
import { allocate, type Tensor } from '../graph/value.js'
import { op } from './op.js'

export default op({
  name: 'Trilu', since: 14, attrs: { upper: 1 },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  compute([x, k], { upper }) {
    const t = x as Tensor, [rows, columns] = t.shape.slice(-2) as [number, number], shift = list(k as Tensor | undefined)[0] ?? 0
    const data = allocate(t.type, t.data.length) as Float64Array, from = t.data as Float64Array
    for (let i = 0; i < data.length; i++) { const c = i % columns, r = Math.floor(i / columns) % rows; if (upper ? c - r >= shift : c - r <= shift) data[i] = from[i]! }
    return [{ type: t.type, shape: t.shape, data }]
  },
})
