import { list } from '../graph/numbers.js'
import { broadcast, spread, strides } from '../graph/shape.js'
import { rearrange } from './families/rearrange.js'

export default rearrange({
  name: 'Expand', since: 8, attrs: {}, values: [1],
  plan([x, to]) {
    const shape = broadcast(x!.shape, list(to!.value))
    return { shape, moves: [{ input: 0, move: { shape, from: spread(x!.shape, shape), fromStart: 0, to: strides(shape), toStart: 0 } }] }
  },
})
