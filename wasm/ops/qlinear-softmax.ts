import { int64 } from '../graph/numbers.js'
import { axisOf } from '../graph/shape.js'
import { size } from '../graph/value.js'
import { call } from './op.js'
import { qlinear } from './families/qlinear.js'

/** Along one axis where `opset` is 13 or newer; before, over everything from the axis on. */
export default qlinear('QLinearSoftmax', { axis: -1, opset: 13 }, (x, { axis, opset }, { shape }) => {
  if (opset >= 13) return call('Softmax', [x], { axis })
  const a = axisOf(axis, shape.length), rows = call('Reshape', [x, { constant: int64([size(shape.slice(0, a)), size(shape.slice(a))]) }])
  return call('Reshape', [call('Softmax', [rows], { axis: -1 }), { constant: int64(shape) }])
})
