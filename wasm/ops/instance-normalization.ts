import { numbers, tensor } from '../graph/numbers.js'
import { size, type Tensor } from '../graph/value.js'
import { f32, op, u32 } from './op.js'
import { normalised } from './families/norm.js'

export default op({
  name: 'InstanceNormalization', since: 6, attrs: { epsilon: 1e-5 }, inPlace: [0],
  infer([x, scale, shift]) {
    for (const f of [scale, shift]) if (String(f!.shape) !== String([x!.shape[1]])) throw new Error(`scale and shift should be one value for each of ${x!.shape[1]} channels, not [${f!.shape}]`)
    return [{ type: x!.type, shape: x!.shape }]
  },
  launch: ({ in: [x, scale, shift], out: [y] }, { epsilon }) => [{ kernel: 'f32_norm_rows', args: [x!, y!, u32(size(x!.shape.slice(2))), f32(epsilon), scale!, shift!, u32(x!.shape[1]!)], tiles: x!.shape[0]! * x!.shape[1]! }],
  compute([x, scale, shift], { epsilon }) {
    const t = x as Tensor, n = size(t.shape.slice(2)), { values } = normalised(t, n, epsilon), s = numbers(scale as Tensor), b = numbers(shift as Tensor)
    return [tensor(t.type, t.shape, values.map((v, i) => { const c = Math.floor(i / n) % t.shape[1]!; return v * s[c]! + b[c]! }))]
  },
})
