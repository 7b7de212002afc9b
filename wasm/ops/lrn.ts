import { numbers, tensor } from '../graph/numbers.js'
import { size, type Tensor } from '../graph/value.js'
import { op } from './op.js'

export default op({
  name: 'LRN', since: 1, attrs: { alpha: 1e-4, beta: 0.75, bias: 1, size: 1 },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  compute([x], a) {
    const t = x as Tensor, c = t.shape[1]!, inner = size(t.shape.slice(2)), v = numbers(t), before = Math.floor((a.size - 1) / 2), after = Math.ceil((a.size - 1) / 2)
    return [tensor(t.type, t.shape, Float64Array.from({ length: v.length }, (_, i) => {
      const k = Math.floor(i / inner) % c
      let s = 0
      for (let j = Math.max(0, k - before); j <= Math.min(c - 1, k + after); j++) s += v[i + (j - k) * inner]! ** 2
      return v[i]! / (a.bias + a.alpha / a.size * s) ** a.beta
    }))]
  },
})
