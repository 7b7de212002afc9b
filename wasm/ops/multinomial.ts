import { numbers, tensor } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { elementTypes } from '../onnx/tensor.js'
import { op } from './op.js'
import { randoms } from './families/random.js'

/** Draws classes from unnormalised log-probabilities [batch, classes]. */
export default op({
  name: 'Multinomial', since: 7, attrs: { dtype: 6, sample_size: 1, seed: null as number | null }, impure: true,
  infer: ([x], a) => [{ type: elementTypes[a.dtype]!, shape: [x!.shape[0]!, a.sample_size] }],
  compute([x], a) {
    const t = x as Tensor, [batch, classes] = t.shape as [number, number], v = numbers(t), next = randoms(a.seed), out: number[] = []
    for (let b = 0; b < batch; b++) {
      const row = Array.from({ length: classes }, (_, c) => v[b * classes + c]!), most = Math.max(...row), p = row.map(l => Math.exp(l - most)), sum = p.reduce((s, q) => s + q, 0)
      for (let k = 0; k < a.sample_size; k++) {
        let u = next() * sum, c = 0
        while (c < classes - 1 && (u -= p[c]!) >= 0) c++
        out.push(c)
      }
    }
    return [tensor(elementTypes[a.dtype]!, [batch, a.sample_size], out)]
  },
})
