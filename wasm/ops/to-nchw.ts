import { float } from '../launches/gemm.js'
import { op, u32 } from './op.js'

/** [batch, h, w, c] as [batch, c, h, w]. */
export default op({
  name: 'ToNchw', domain: 'noisegraph', since: 1, attrs: {},
  infer: ([x]) => [float([x!.shape[0]!, x!.shape[3]!, x!.shape[1]!, x!.shape[2]!])],
  launch({ in: [x], out: [y] }) {
    const [batch, h, w, c] = x!.shape as [number, number, number, number]
    return [{ kernel: 'f32_to_nchw', args: [x!, y!, u32(c), u32(h * w)], tiles: batch * Math.ceil(h * w / 64) }]
  },
})
