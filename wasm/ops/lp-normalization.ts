import { numbers, tensor } from '../graph/numbers.js'
import { axisOf } from '../graph/shape.js'
import { size, type Tensor } from '../graph/value.js'
import { op } from './op.js'

export default op({
  name: 'LpNormalization', since: 1, attrs: { axis: -1, p: 2 },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  compute([x], { axis, p }) {
    const t = x as Tensor, a = axisOf(axis, t.shape.length), n = t.shape[a]!, inner = size(t.shape.slice(a + 1)), v = numbers(t), out = new Float64Array(v.length)
    for (let o = 0; o < v.length / n / inner; o++) for (let i = 0; i < inner; i++) {
      let s = 0
      for (let k = 0; k < n; k++) s += Math.abs(v[(o * n + k) * inner + i]!) ** p
      const norm = s ** (1 / p)
      for (let k = 0; k < n; k++) { const at = (o * n + k) * inner + i; out[at] = v[at]! / norm }
    }
    return [tensor(t.type, t.shape, out)]
  },
})
