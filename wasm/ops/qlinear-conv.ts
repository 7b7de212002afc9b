import { numbers, tensor } from '../graph/numbers.js'
import { size, type Tensor } from '../graph/value.js'
import { op } from './op.js'
import { centred, quantise } from './families/quantise.js'
import { convolve } from './families/convolve.js'
import { windowAttrs } from './families/window.js'

export default op({
  name: 'QLinearConv', since: 10, attrs: { ...windowAttrs, group: 1 },
  compute(inputs, a) {
    const [x, xScale, xZero, w, wScale, wZero, yScale, yZero, bias] = inputs as Tensor[]
    const y = convolve(tensor('float64', x!.shape, centred(x!, xZero, 1)), tensor('float64', w!.shape, centred(w!, wZero, 0)), bias && numbers(bias), a)
    const v = numbers(y), s = numbers(xScale!)[0]!, q = numbers(wScale!), outs = size(y.shape.slice(2)), m = y.shape[1]!
    return [quantise(tensor('float64', y.shape, Float64Array.from({ length: v.length }, (_, i) => v[i]! * s * (q.length === 1 ? q[0]! : q[Math.floor(i / outs) % m]!))), yScale!, yZero, yZero!.type, 1, 0)]
  },
})
