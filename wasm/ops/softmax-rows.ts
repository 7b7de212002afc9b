import { op, u32 } from './op.js'

/** Softmax of the rows of x [..., n]. */
export default op({
  name: 'SoftmaxRows', domain: 'noisegraph', since: 1, attrs: {},
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  inPlace: [0],
  launch({ in: [x], out: [y] }) {
    const n = x!.shape[x!.shape.length - 1]!
    return [{ kernel: 'f32_softmax', args: [x!, y!, u32(n)], tiles: x!.shape.slice(0, -1).reduce((p, q) => p * q, 1) }]
  },
})
