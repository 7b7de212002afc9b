import { type Tensor } from '../graph/value.js'
import { elementTypes } from '../onnx/tensor.js'
import { op } from './op.js'
import { quantise } from './families/quantise.js'

export default op({
  name: 'QuantizeLinear', since: 10, attrs: { axis: 1, block_size: 0, output_dtype: 0, precision: 0, saturate: 1 },
  infer: ([x, , zero], a) => [{ type: zero?.type ?? (a.output_dtype ? elementTypes[a.output_dtype]! : 'uint8'), shape: x!.shape }],
  compute: ([x, scale, zero], a) => [quantise(x as Tensor, scale as Tensor, zero as Tensor | undefined, (zero as Tensor | undefined)?.type ?? (a.output_dtype ? elementTypes[a.output_dtype]! : 'uint8'), a.axis, a.block_size, a.saturate !== 0)],
})
