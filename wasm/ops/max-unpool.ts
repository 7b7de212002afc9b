import { list } from '../graph/numbers.js'
import { allocate, computable, size, type Tensor } from '../graph/value.js'
import { op, type Attrs } from './op.js'

const attrs = { kernel_shape: [] as readonly number[], pads: [] as readonly number[], strides: [] as readonly number[] }
/** The smallest output that such a pool could have had as its input. */
const leastOf = (shape: readonly number[], a: Attrs<typeof attrs>): number[] =>
  shape.map((d, i) => i < 2 ? d : (d - 1) * (a.strides[i - 2] ?? 1) + a.kernel_shape[i - 2]! - (a.pads[i - 2] ?? 0) - (a.pads[i - 2 + shape.length - 2] ?? 0))

export default op({
  name: 'MaxUnpool', since: 9, attrs, values: [2],
  infer: ([x, , output], a) => [{ type: x!.type, shape: output ? list(output.value) : leastOf(x!.shape, a) }],
  compute([x, index, output], a) {
    const t = x as Tensor, rank = t.shape.length - 2, least = leastOf(t.shape, a)
    const shape = output ? list(output as Tensor) : least, data = allocate(t.type, computable(shape)) as Float64Array, inner = least.slice(2), outer = shape.slice(2)
    list(index as Tensor).forEach((flat, i) => {
      // Indices count in the smallest output; a larger one was asked for.
      let rest = flat % size(inner), at = 0, step = 1
      const plane = Math.floor(flat / size(inner))
      for (let k = rank - 1; k >= 0; k--) { at += rest % inner[k]! * step; rest = Math.floor(rest / inner[k]!); step *= outer[k]! }
      data[plane * size(outer) + at] = t.data[i] as number
    })
    return [{ type: t.type, shape, data }]
  },
})
