import { float } from '../launches/gemm.js'
import { op, u32 } from './op.js'

/** [batch, c, h, w] as [batch, h, w, c]. */
export default op({
  name: 'ToNhwc', domain: 'noisegraph', since: 1, attrs: {},
  infer: ([x]) => [float([x!.shape[0]!, x!.shape[2]!, x!.shape[3]!, x!.shape[1]!])],
  launch({ in: [x], out: [y] }) {
    const [batch, c, h, w] = x!.shape as [number, number, number, number]
    return [{ kernel: 'f32_to_nhwc', args: [x!, y!, u32(c), u32(h * w)], tiles: batch * Math.ceil(h * w / 64) }]
  },
})
