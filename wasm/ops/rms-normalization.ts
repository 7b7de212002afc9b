import { numbers, tensor } from '../graph/numbers.js'
import { axisOf, offsets, spread } from '../graph/shape.js'
import { size, type Tensor } from '../graph/value.js'
import { f32, op, u32 } from './op.js'
import { normalised } from './families/norm.js'

export default op({
  name: 'RMSNormalization', since: 23, attrs: { axis: -1, epsilon: 1e-5, stash_type: 1 },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  kernels: ([x, scale], _y, { axis }) => x!.type === 'float32' && scale!.type === 'float32' && !x!.layout && String(scale!.shape) === String(x!.shape.slice(axisOf(axis, x!.shape.length))),
  launch({ in: [x, scale], out: [y] }, { axis, epsilon }) {
    const a = axisOf(axis, x!.shape.length)
    return [{ kernel: 'f32_layer_norm', args: [x!, y!, scale!, u32(0), u32(size(x!.shape.slice(a))), f32(epsilon), u32(1)], tiles: size(x!.shape.slice(0, a)) }]
  },
  compute([x, scale], { axis, epsilon }) {
    const t = x as Tensor, n = size(t.shape.slice(axisOf(axis, t.shape.length))), { values } = normalised(t, n, epsilon, false), s = numbers(scale as Tensor), at = offsets(t.shape, spread((scale as Tensor).shape, t.shape))
    return [tensor(t.type, t.shape, values.map((v, i) => v * s[at[i]!]!))]
  },
})
