import { axesOf, strides } from '../graph/shape.js'
import { rearrange } from './families/rearrange.js'

export default rearrange({
  name: 'Transpose', since: 1, attrs: { perm: null as readonly number[] | null },
  plan([x], { perm }) {
    const rank = x!.shape.length, order = perm ? axesOf(perm, rank) : x!.shape.map((_, i) => rank - 1 - i)
    if (order.length !== rank || new Set(order).size !== rank) throw new Error(`[${order}] is not an order of ${rank} axes`)
    const shape = order.map(a => x!.shape[a]!), from = strides(x!.shape)
    return { shape, moves: [{ input: 0, move: { shape, from: order.map(a => from[a]!), fromStart: 0, to: strides(shape), toStart: 0 } }] }
  },
})
