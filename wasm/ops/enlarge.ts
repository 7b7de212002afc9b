import { float } from '../launches/gemm.js'
import { op, u32 } from './op.js'

/** Nearest-neighbour enlargement of x [batch, h, w, c] by whole factors. */
export default op({
  name: 'Enlarge', domain: 'noisegraph', since: 1, attrs: { scaleY: 2, scaleX: 2 },
  infer: ([x], { scaleY, scaleX }) => [float([x!.shape[0]!, x!.shape[1]! * scaleY, x!.shape[2]! * scaleX, x!.shape[3]!])],
  launch({ in: [x], out: [y] }, { scaleY, scaleX }) {
    return [{ kernel: 'f32_resize_nearest', args: [x!, y!, u32(x!.shape[2]!), u32(x!.shape[3]!), u32(scaleY), u32(scaleX)], tiles: y!.shape[0]! * y!.shape[1]! }]
  },
})
