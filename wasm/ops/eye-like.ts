import { tensor } from '../graph/numbers.js'
import { size } from '../graph/value.js'
import { elementTypes } from '../onnx/tensor.js'
import { op, type Item } from './op.js'

export default op({
  name: 'EyeLike', since: 9, attrs: { dtype: 0, k: 0 },
  infer: ([x], { dtype }) => [{ type: dtype ? elementTypes[dtype]! : x!.type, shape: x!.shape }],
  compute([x], { dtype, k }) { const { type, shape } = x as Extract<Item, { shape: unknown; data: unknown }>, n = shape[1]!; return [tensor(dtype ? elementTypes[dtype]! : type, shape, Float64Array.from({ length: size(shape) }, (_, i) => Number(i % n - Math.floor(i / n) === k)))] },
})
