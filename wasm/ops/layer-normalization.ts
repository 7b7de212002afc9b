import { numbers, tensor } from '../graph/numbers.js'
import { axisOf, offsets, spread } from '../graph/shape.js'
import { size, type Tensor } from '../graph/value.js'
import { f32, op, u32 } from './op.js'
import { normalised } from './families/norm.js'

export default op({
  name: 'LayerNormalization', since: 1, attrs: { axis: -1, epsilon: 1e-5, stash_type: 1 }, inPlace: [0],
  infer([x], { axis }, outputs) {
    const a = axisOf(axis, x!.shape.length), rows = x!.shape.map((d, i) => i < a ? d : 1)
    return [{ type: x!.type, shape: x!.shape }, { type: 'float32' as const, shape: rows }, { type: 'float32' as const, shape: rows }].slice(0, outputs)
  },
  kernels: ([x, scale, shift], outputs, { axis }) => outputs.length === 1 && [x, scale, shift].every(f => !f || (f.type === 'float32' && !f.layout))
    && [scale, shift].every(f => !f || String(f.shape) === String(x!.shape.slice(axisOf(axis, x!.shape.length)))),
  launch({ in: [x, scale, shift], out: [y] }, { axis, epsilon }) {
    const a = axisOf(axis, x!.shape.length)
    return [{ kernel: 'f32_norm_rows', args: [x!, y!, u32(size(x!.shape.slice(a))), f32(epsilon), scale ?? u32(0), shift ?? u32(0), u32(0)], tiles: size(x!.shape.slice(0, a)) }]
  },
  compute([x, scale, shift], { axis, epsilon }) {
    const t = x as Tensor, a = axisOf(axis, t.shape.length), n = size(t.shape.slice(a)), { values, means, inverses } = normalised(t, n, epsilon)
    const [s, b] = [scale, shift].map(p => p && { v: numbers(p as Tensor), at: offsets(t.shape, spread((p as Tensor).shape, t.shape)) })
    const rows = t.shape.map((d, i) => i < a ? d : 1)
    return [tensor(t.type, t.shape, values.map((v, i) => v * (s ? s.v[s.at[i]!]! : 1) + (b ? b.v[b.at[i]!]! : 0))), tensor('float32', rows, means), tensor('float32', rows, inverses)]
  },
})
