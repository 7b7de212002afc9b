import { list } from '../graph/numbers.js'
import { allocate, size, type Fact, type Tensor } from '../graph/value.js'
import { op } from './op.js'

const shapeOf = (indices: readonly number[], depth: number, axis: number): number[] => { const a = axis < 0 ? axis + indices.length + 1 : axis; return [...indices.slice(0, a), depth, ...indices.slice(a)] }

export default op({
  name: 'OneHot', since: 9, attrs: { axis: -1 }, values: [1],
  infer: ([i, depth, v], { axis }) => [{ type: v!.type, shape: shapeOf(i!.shape, list((depth as Fact).value)[0]!, axis) }],
  compute([indices, depth, values], { axis }) {
    const i = indices as Tensor, n = list(depth as Tensor)[0]!, v = values as Tensor, shape = shapeOf(i.shape, n, axis), a = axis < 0 ? axis + shape.length : axis, inner = size(i.shape.slice(a)), data = allocate(v.type, size(shape)).fill(v.data[0] as never) as Float64Array
    list(i).forEach((k, at) => { const q = k < 0 ? k + n : k; if (q >= 0 && q < n) data[(Math.floor(at / inner) * n + q) * inner + at % inner] = v.data[1] as number })
    return [{ type: v.type, shape, data }]
  },
})
