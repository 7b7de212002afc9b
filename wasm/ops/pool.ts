import { float } from '../launches/gemm.js'
import { op, u32 } from './op.js'

const kinds = ['max', 'mean', 'padded mean']

/** Windows of x [batch, h, w, c], of which there are `size`: their largest value, their mean, or their mean with the places of the padding counted (as zeros). */
export default op({
  name: 'Pool', domain: 'noisegraph', since: 1, attrs: { kind: 'max', size: [1, 1], kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] },
  infer: ([x], { size }) => [float([x!.shape[0]!, ...size, x!.shape[3]!])],
  launch({ in: [x], out: [y] }, { kind, size, kernel, strides, dilations, pads }) {
    const [batch, h, w, c] = x!.shape as [number, number, number, number]
    return [{ kernel: 'f32_pool', args: [x!, y!, ...[h, w, c, ...size, ...kernel, ...strides, ...dilations, ...pads, kinds.indexOf(kind)].map(u32)], tiles: batch * size[0]! }]
  },
})
