import { numbers, tensor } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { call, op } from './op.js'
import { centred } from './families/quantise.js'
import { convolve } from './families/convolve.js'
import { wholeConv, wholeConvShape } from './families/whole-conv.js'
import { windowAttrs } from './families/window.js'

export default op({
  name: 'ConvInteger', since: 10, attrs: { ...windowAttrs, group: 1 },
  infer: ([x, w], a) => [{ type: 'int32', shape: wholeConvShape(x!, w!, a) }],
  means(inputs, a, facts) {
    const product = wholeConv(inputs, facts, a)
    return product && [call('ToNchw', [product], {}, 'noisegraph')]
  },
  compute([x, w, xZero, wZero], a) {
    const y = convolve(tensor('float64', (x as Tensor).shape, centred(x as Tensor, xZero as Tensor | undefined, 1)), tensor('float64', (w as Tensor).shape, centred(w as Tensor, wZero as Tensor | undefined, 0)), undefined, a)
    return [tensor('int32', y.shape, numbers(y))]
  },
})
