import { type Tensor } from '../graph/value.js'
import { tensor, numbers } from '../graph/numbers.js'
import { op } from './op.js'
import { centred } from './families/quantise.js'
import { convolve } from './families/convolve.js'
import { windowAttrs } from './families/window.js'

export default op({
  name: 'ConvInteger', since: 10, attrs: { ...windowAttrs, group: 1 },
  compute([x, w, xZero, wZero], a) {
    const y = convolve(tensor('float64', (x as Tensor).shape, centred(x as Tensor, xZero as Tensor | undefined, 1)), tensor('float64', (w as Tensor).shape, centred(w as Tensor, wZero as Tensor | undefined, 0)), undefined, a)
    return [tensor('int32', y.shape, numbers(y))]
  },
})
