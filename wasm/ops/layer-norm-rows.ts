import { f32, op, u32 } from './op.js'

/** Normalisation of the rows of x [..., n] with gamma and beta [n], either of which may be absent. `rms` leaves the mean where it is. */
export default op({
  name: 'LayerNorm', domain: 'noisegraph', since: 1, attrs: { epsilon: 1e-5, rms: 0 },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  inPlace: [0],
  launch({ in: [x, gamma, beta], out: [y] }, { epsilon, rms }) {
    const n = x!.shape[x!.shape.length - 1]!, rows = x!.shape.slice(0, -1).reduce((p, q) => p * q, 1)
    return [{ kernel: 'f32_layer_norm', args: [x!, y!, gamma ?? u32(0), beta ?? u32(0), u32(n), f32(epsilon), u32(rms)], tiles: rows }]
  },
})
