import { list } from '../graph/numbers.js'
import { axisOf, offsets, strides } from '../graph/shape.js'
import { type Tensor } from '../graph/value.js'
import { op, type Op } from './op.js'
import { combiner } from './families/scatter.js'

const variant = (name: string, since: number): Op => op({
  name, since, attrs: { axis: 0, reduction: 'none' },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  compute([x, index, updates], attrs) {
    const t = x as Tensor, i = index as Tensor, u = (updates as Tensor).data, a = axisOf(attrs.axis, t.shape.length), by = strides(t.shape), n = t.shape[a]!, base = offsets(i.shape, by.map((s, k) => k === a ? 0 : s))
    const data = t.data.slice() as Float64Array, join = combiner(attrs.reduction, t.type)
    list(i).forEach((v, k) => {
      const q = v < 0 ? v + n : v
      if (!(q >= 0 && q < n)) throw new Error(`the index ${v} is not within ${n}`)
      const at = base[k]! + q * by[a]!
      data[at] = join(data[at]!, u[k]!) as number
    })
    return [{ type: t.type, shape: t.shape, data }]
  },
})
export default [variant('ScatterElements', 11), variant('Scatter', 9)]
