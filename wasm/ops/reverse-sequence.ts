import { list } from '../graph/numbers.js'
import { strides } from '../graph/shape.js'
import { type Tensor } from '../graph/value.js'
import { op } from './op.js'

export default op({
  name: 'ReverseSequence', since: 10, attrs: { batch_axis: 1, time_axis: 0 },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  compute([x, lengths], { batch_axis: batch, time_axis: time }) {
    const t = x as Tensor, n = list(lengths as Tensor), by = strides(t.shape), data = t.data.slice() as Float64Array, from = t.data as Float64Array
    for (let i = 0; i < data.length; i++) { const b = Math.floor(i / by[batch]!) % t.shape[batch]!, k = Math.floor(i / by[time]!) % t.shape[time]!; if (k < n[b]!) data[i] = from[i + (n[b]! - 1 - 2 * k) * by[time]!]! }
    return [{ type: t.type, shape: t.shape, data }]
  },
})
