import { list } from '../graph/numbers.js'
import { axisOf } from '../graph/shape.js'
import { allocate, size, width, type Tensor } from '../graph/value.js'
import { op, u32, type Strings } from './op.js'

export default op({
  name: 'Gather', since: 1, attrs: { axis: 0 },
  infer([x, i], attrs) { const a = axisOf(attrs.axis, x!.shape.length); return [{ type: x!.type, shape: [...x!.shape.slice(0, a), ...i!.shape, ...x!.shape.slice(a + 1)] }] },
  kernels: ([x, i]) => width[x!.type] > 0 && !x!.layout && (i!.type === 'int64' || i!.type === 'int32'),
  launch({ in: [x, i], out: [y] }, attrs) {
    const a = axisOf(attrs.axis, x!.shape.length), bytes = size(x!.shape.slice(a + 1)) * width[x!.type], n = size(i!.shape)
    return [{ kernel: 'gather_rows', args: [x!, i!, y!, u32(n), u32(x!.shape[a]!), u32(bytes), u32(i!.type === 'int64' ? 1 : 0)], tiles: size(x!.shape.slice(0, a)) * n }]
  },
  compute([input, index], attrs) {
    const x = input as Tensor | Strings, a = axisOf(attrs.axis, x.shape.length), n = x.shape[a]!, at = list(index as Tensor)
    const shape = [...x.shape.slice(0, a), ...(index as Tensor).shape, ...x.shape.slice(a + 1)], inner = size(x.shape.slice(a + 1)), outer = size(x.shape.slice(0, a))
    const data = x.type === 'string' ? new Array<string>(size(shape)) : allocate(x.type, size(shape)), out = data as Float64Array, from = x.data as Float64Array
    let k = 0
    for (let o = 0; o < outer; o++) for (const i of at) {
      const j = i < 0 ? i + n : i
      if (!(j >= 0 && j < n)) throw new Error(`the index ${i} is not within ${n}`)
      for (let e = 0; e < inner; e++) out[k++] = from[(o * n + j) * inner + e]!
    }
    return [{ type: x.type, shape, data } as Tensor]
  },
})
