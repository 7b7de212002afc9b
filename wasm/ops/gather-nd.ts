import { list } from '../graph/numbers.js'
import { strides } from '../graph/shape.js'
import { allocate, size, type Tensor } from '../graph/value.js'
import { op } from './op.js'

export default op({
  name: 'GatherND', since: 11, attrs: { batch_dims: 0 },
  infer: ([x, i], { batch_dims: b }) => [{ type: x!.type, shape: [...i!.shape.slice(0, -1), ...x!.shape.slice(b + i!.shape.at(-1)!)] }],
  compute([x, index], { batch_dims: b }) {
    const t = x as Tensor, i = index as Tensor, depth = i.shape.at(-1)!, by = strides(t.shape), inner = size(t.shape.slice(b + depth)), tuples = size(i.shape.slice(0, -1)), per = tuples / size(i.shape.slice(0, b)), v = list(i)
    const data = allocate(t.type, tuples * inner) as Float64Array, from = t.data as Float64Array, batch = size(t.shape.slice(b))
    for (let k = 0; k < tuples; k++) {
      let at = Math.floor(k / per) * batch
      for (let d = 0; d < depth; d++) {
        const n = t.shape[b + d]!, raw = v[k * depth + d]!, q = raw < 0 ? raw + n : raw
        if (!(q >= 0 && q < n)) throw new Error(`the index ${raw} is not within ${n}`)
        at += q * by[b + d]!
      }
      for (let e = 0; e < inner; e++) data[k * inner + e] = from[at + e]!
    }
    return [{ type: t.type, shape: [...i.shape.slice(0, -1), ...t.shape.slice(b + depth)], data }]
  },
})
