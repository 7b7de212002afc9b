import { type Tensor } from '../graph/value.js'
import { elementTypes } from '../onnx/tensor.js'
import { count, op, tiles, u32 } from './op.js'
import { quantise } from './families/quantise.js'

export default op({
  name: 'QuantizeLinear', since: 10, attrs: { axis: 1, block_size: 0, output_dtype: 0, precision: 0, saturate: 1 },
  infer: ([x, , zero], a) => [{ type: zero?.type ?? (a.output_dtype ? elementTypes[a.output_dtype]! : 'uint8'), shape: x!.shape }],
  kernels: ([x, scale, zero], [y]) => x!.type === 'float32' && scale!.type === 'float32' && count(scale!) === 1 && (!zero || count(zero) === 1) && (y!.type === 'uint8' || y!.type === 'int8'),
  launch: ({ in: [x, scale, zero], out: [y] }) => [{ kernel: 'f32_quantise', args: [x!, scale!, zero ?? u32(0), y!, u32(count(x!)), u32(y!.type === 'int8' ? 1 : 0)], tiles: tiles(count(x!), 1024) }],
  compute: ([x, scale, zero], a) => [quantise(x as Tensor, scale as Tensor, zero as Tensor | undefined, (zero as Tensor | undefined)?.type ?? (a.output_dtype ? elementTypes[a.output_dtype]! : 'uint8'), a.axis, a.block_size, a.saturate !== 0)],
})
