import { list } from '../graph/numbers.js'
import { strides } from '../graph/shape.js'
import { size, type Tensor } from '../graph/value.js'
import { op } from './op.js'
import { combiner } from './families/scatter.js'

export default op({
  name: 'ScatterND', since: 11, attrs: { reduction: 'none' },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  compute([x, index, updates], { reduction }) {
    const t = x as Tensor, i = index as Tensor, u = (updates as Tensor).data, depth = i.shape.at(-1)!, by = strides(t.shape), inner = size(t.shape.slice(depth)), v = list(i), data = t.data.slice() as Float64Array, join = combiner(reduction, t.type)
    for (let k = 0; k < v.length / depth; k++) {
      let at = 0
      for (let d = 0; d < depth; d++) {
        const n = t.shape[d]!, raw = v[k * depth + d]!, q = raw < 0 ? raw + n : raw
        if (!(q >= 0 && q < n)) throw new Error(`the index ${raw} is not within ${n}`)
        at += q * by[d]!
      }
      for (let e = 0; e < inner; e++) data[at + e] = join(data[at + e]!, u[k * inner + e]!) as number
    }
    return [{ type: t.type, shape: t.shape, data }]
  },
})
