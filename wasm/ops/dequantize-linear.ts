import { type Tensor } from '../graph/value.js'
import { elementTypes } from '../onnx/tensor.js'
import { op } from './op.js'
import { dequantise } from './families/quantise.js'

export default op({
  name: 'DequantizeLinear', since: 10, attrs: { axis: 1, block_size: 0, output_dtype: 0 },
  infer: ([x, scale], a) => [{ type: a.output_dtype ? elementTypes[a.output_dtype]! : scale!.type, shape: x!.shape }],
  compute: ([x, scale, zero], a) => [dequantise(x as Tensor, scale as Tensor, zero as Tensor | undefined, a.output_dtype ? elementTypes[a.output_dtype]! : (scale as Tensor).type, a.axis, a.block_size)],
})
