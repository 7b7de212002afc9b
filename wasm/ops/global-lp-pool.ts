import { numbers, tensor } from '../graph/numbers.js'
import { size, type Tensor } from '../graph/value.js'
import { op } from './op.js'

export default op({
  name: 'GlobalLpPool', since: 2, attrs: { p: 2 },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape.map((d, i) => i < 2 ? d : 1) }],
  compute([x], { p }) {
    const t = x as Tensor, n = size(t.shape.slice(2)), v = numbers(t)
    return [tensor(t.type, t.shape.map((d, i) => i < 2 ? d : 1), Float64Array.from({ length: v.length / n }, (_, r) => { let s = 0; for (let i = 0; i < n; i++) s += Math.abs(v[r * n + i]!) ** p; return s ** (1 / p) }))]
  },
})
