import { call, op } from './op.js'

/** Group normalisation of x [batch, c, ...] with gamma and beta of c values, and an activation. */
export default op({
  name: 'GroupNormNchw', domain: 'noisegraph', since: 1, attrs: { groups: 1, epsilon: 1e-5, act: 'none' },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  means: ([x, gamma, beta], attrs) => [call('ToNchw', [call('GroupNorm', [call('ToNhwc', [x], {}, 'noisegraph'), gamma, beta], attrs, 'noisegraph')], {}, 'noisegraph')],
})
