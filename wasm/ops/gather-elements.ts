import { numbers } from '../graph/numbers.js'
import { axisOf, offsets, strides } from '../graph/shape.js'
import { allocate, type Tensor } from '../graph/value.js'
import { op } from './op.js'

export default op({
  name: 'GatherElements', since: 11, attrs: { axis: 0 },
  infer: ([x, i]) => [{ type: x!.type, shape: i!.shape }],
  compute([x, index], attrs) {
    const t = x as Tensor, i = index as Tensor, a = axisOf(attrs.axis, t.shape.length), by = strides(t.shape), n = t.shape[a]!, base = offsets(i.shape, by.map((s, k) => k === a ? 0 : s))
    const data = allocate(t.type, base.length) as Float64Array, from = t.data as Float64Array, list = Float64Array.from(numbers(i))
    for (let k = 0; k < list.length; k++) {
      const v = list[k]!, at = v < 0 ? v + n : v
      if (!(at >= 0 && at < n)) throw new Error(`the index ${v} is not within ${n}`)
      data[k] = from[base[k]! + at * by[a]!]!
    }
    return [{ type: t.type, shape: i.shape, data }]
  },
})
