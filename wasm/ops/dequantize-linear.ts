import { type Tensor } from '../graph/value.js'
import { elementTypes } from '../onnx/tensor.js'
import { call, count, op } from './op.js'
import { centredTerm, isByte, whole } from './families/whole.js'
import { dequantise } from './families/quantise.js'

export default op({
  name: 'DequantizeLinear', since: 10, attrs: { axis: 1, block_size: 0, output_dtype: 0 },
  infer: ([x, scale], a) => [{ type: a.output_dtype ? elementTypes[a.output_dtype]! : scale!.type, shape: x!.shape }],
  means([x, scale, zero], a, [q, s, z]) {
    const axis = a.axis < 0 ? a.axis + q!.shape.length : a.axis, n = count(s!)
    if (!isByte(q) || s!.type !== 'float32' || (a.output_dtype && a.output_dtype !== 1) || a.block_size || (n > 1 && (s!.shape.length !== 1 || q!.shape[axis] !== n)) || (z && count(z) !== n)) return undefined
    const shape = n > 1 ? q!.shape.map((_, i) => i === axis ? n : 1) : undefined
    return [call('Mul', [centredTerm(x!, zero, z && (shape ?? [])), call('Reshape', [scale, whole(shape ?? [])])])]
  },
  compute: ([x, scale, zero], a) => [dequantise(x as Tensor, scale as Tensor, zero as Tensor | undefined, a.output_dtype ? elementTypes[a.output_dtype]! : (scale as Tensor).type, a.axis, a.block_size)],
})
