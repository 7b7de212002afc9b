import { broadcast, offsets, spread } from '../graph/shape.js'
import { allocate, size, type Tensor } from '../graph/value.js'
import { op, u32, type Strings } from './op.js'
import { collapse, rowsOf } from './families/elementwise.js'

export default op({
  name: 'Where', since: 9, attrs: {},
  infer: ([c, a, b]) => [{ type: a!.type, shape: broadcast(c!.shape, a!.shape, b!.shape) }],
  kernels: ([c, a, b], [y]) => c!.type === 'bool' && a!.type === 'float32' && b!.type === 'float32' && !a!.layout && !b!.layout && collapse(y!.shape, [c!.shape, a!.shape, b!.shape]) !== undefined,
  launch({ in: [c, a, b], out: [y] }) {
    const { dims, strides } = collapse(y!.shape, [c!.shape, a!.shape, b!.shape])!, { block, tiles } = rowsOf(dims)
    return [{ kernel: 'f32_where', args: [c!, a!, b!, y!, u32(block), ...dims.map(u32), ...strides.flatMap(s => s.map(u32))], tiles }]
  },
  compute([c, a, b]) {
    const [p, q, r] = [c as Tensor, a as Tensor, b as Tensor], shape = broadcast(p.shape, q.shape, r.shape), n = size(shape)
    const [i, j, k] = [p, q, r].map(t => offsets(shape, spread(t.shape, shape))) as [Int32Array, Int32Array, Int32Array]
    const data = (a as Strings).type === 'string' ? new Array<string>(n) : allocate(q.type, n)
    for (let x = 0; x < n; x++) (data as Float64Array)[x] = (p.data[i[x]!] ? q.data[j[x]!] : r.data[k[x]!]) as number
    return [{ type: q.type, shape, data } as Tensor]
  },
})
