import { list } from '../graph/numbers.js'
import { strides } from '../graph/shape.js'
import { rearrange } from './families/rearrange.js'

export default rearrange({
  name: 'Tile', since: 6, attrs: {}, values: [1],
  plan([x, repeats]) {
    const by = list(repeats!.value)
    if (by.length !== x!.shape.length) throw new Error(`${by.length} repeats do not fit ${x!.shape.length} dimensions`)
    const shape = x!.shape.map((d, i) => d * by[i]!), from = strides(x!.shape), to = strides(shape)
    // Each axis becomes two: which copy, and where in it.
    return { shape, moves: [{ input: 0, move: { shape: x!.shape.flatMap((d, i) => [by[i]!, d]), from: from.flatMap(s => [0, s]), fromStart: 0, to: to.flatMap((s, i) => [s * x!.shape[i]!, s]), toStart: 0 } }] }
  },
})
