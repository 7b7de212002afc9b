import { width } from '../graph/value.js'
import { op, u32 } from './op.js'

/** [batch, ..., c] as [batch, c, ...]. */
export default op({
  name: 'ToNchw', domain: 'noisegraph', since: 1, attrs: {},
  infer: ([x]) => [{ type: x!.type, shape: [x!.shape[0]!, x!.shape.at(-1)!, ...x!.shape.slice(1, -1)] }],
  kernels: ([x]) => width[x!.type] === 4 && !x!.layout,
  launch({ in: [x], out: [y] }) {
    const batch = x!.shape[0]!, c = x!.shape.at(-1)!, pixels = x!.shape.slice(1, -1).reduce((p, q) => p * q, 1)
    return [{ kernel: 'f32_to_nchw', args: [x!, y!, u32(c), u32(pixels)], tiles: batch * Math.ceil(pixels / 64) }]
  },
})
