import { convert } from './families/convert.js'
import { elementTypes } from '../onnx/tensor.js'
import { type ElementType, type Tensor } from '../graph/value.js'
import { op, type Strings } from './op.js'
import { castKernel, castLaunch } from './families/cast-kernels.js'

const typeOf = (code: number): ElementType => {
  const t = elementTypes[code]
  if (!t) throw new Error(`there is no element type ${code}`)
  return t
}
export default op({
  name: 'Cast', since: 6, attrs: { to: 0, saturate: 1, round_mode: 'up' },
  infer: ([x], { to }) => [{ type: typeOf(to), shape: x!.shape }],
  kernels: ([x], [y]) => castKernel(x!.type, y!.type) !== undefined && !x!.layout,
  launch: ({ in: [x], out: [y] }) => [castLaunch(x!, y!)],
  compute: ([x], { to, saturate, round_mode: mode }) => [convert(x as Tensor | Strings, typeOf(to), saturate !== 0, mode)],
})
