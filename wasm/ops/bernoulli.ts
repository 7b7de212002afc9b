import { numbers, tensor } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { elementTypes } from '../onnx/tensor.js'
import { op } from './op.js'
import { randoms } from './families/random.js'

export default op({
  name: 'Bernoulli', since: 15, attrs: { dtype: 0, seed: null as number | null }, impure: true,
  infer: ([x], { dtype }) => [{ type: dtype ? elementTypes[dtype]! : x!.type, shape: x!.shape }],
  compute([x], { dtype, seed }) { const t = x as Tensor, next = randoms(seed); return [tensor(dtype ? elementTypes[dtype]! : t.type, t.shape, Float64Array.from(numbers(t), p => Number(next() < p)))] },
})
