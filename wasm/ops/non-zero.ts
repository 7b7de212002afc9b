import { int64, numbers } from '../graph/numbers.js'
import { strides } from '../graph/shape.js'
import { type Tensor } from '../graph/value.js'
import { op } from './op.js'

export default op({
  name: 'NonZero', since: 9, attrs: {},
  compute([x]) {
    const t = x as Tensor, v = numbers(t), by = strides(t.shape), found = Array.from(v).flatMap((e, i) => e !== 0 ? [i] : []), rank = Math.max(1, t.shape.length)
    return [int64(Array.from({ length: rank }, (_, a) => found.map(i => t.shape.length ? Math.floor(i / by[a]!) % t.shape[a]! : 0)).flat(), [rank, found.length])]
  },
})
