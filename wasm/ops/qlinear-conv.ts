import { numbers, tensor } from '../graph/numbers.js'
import { size, type Tensor } from '../graph/value.js'
import { call, op } from './op.js'
import { centred, quantise } from './families/quantise.js'
import { convolve } from './families/convolve.js'
import { isByte, whole } from './families/whole.js'
import { wholeConv, wholeConvShape } from './families/whole-conv.js'
import { windowAttrs, type WindowAttrs } from './families/window.js'

export default op({
  name: 'QLinearConv', since: 10, attrs: { ...windowAttrs, group: 1 },
  infer: ([x, , , w, , , , yZero], a) => [{ type: yZero!.type, shape: wholeConvShape(x!, w!, a) }],
  means([x, xScale, xZero, w, wScale, wZero, yScale, yZero, bias], a, facts) {
    const [p, , pZero, q, , qZero, , type] = facts
    if (p!.shape.length === 3) {
      const plane = call('QLinearConv', [call('Unsqueeze', [x, whole([2])]), xScale, xZero, call('Unsqueeze', [w, whole([2])]), wScale, wZero, yScale, yZero, bias], inPlane(a))
      return [call('Squeeze', [plane, whole([2])])]
    }
    const sum = isByte(type) ? wholeConv([x, w, xZero, wZero], [p, q, pZero, qZero], a) : undefined
    return sum && [call('Requantise', [sum, bias, xScale, wScale, yScale, yZero], { turn: 1 }, 'noisegraph')]
  },
  compute(inputs, a) {
    const [x, xScale, xZero, w, wScale, wZero, yScale, yZero, bias] = inputs as Tensor[]
    const y = convolve(tensor('float64', x!.shape, centred(x!, xZero, 1)), tensor('float64', w!.shape, centred(w!, wZero, 0)), bias && numbers(bias), a)
    const v = numbers(y), s = numbers(xScale!)[0]!, q = numbers(wScale!), outs = size(y.shape.slice(2)), m = y.shape[1]!
    return [quantise(tensor('float64', y.shape, Float64Array.from({ length: v.length }, (_, i) => v[i]! * s * (q.length === 1 ? q[0]! : q[Math.floor(i / outs) % m]!))), yScale!, yZero, yZero!.type, 1, 0)]
  },
})

/** A line's attributes as those of a picture one row high. */
function inPlane(a: WindowAttrs & { readonly group: number }): Readonly<Record<string, unknown>> {
  const led = (list: readonly number[]): readonly number[] => list.length ? [1, ...list] : []
  return { ...a, kernel_shape: led(a.kernel_shape), strides: led(a.strides), dilations: led(a.dilations), pads: a.pads.length ? [0, a.pads[0], 0, a.pads[1]] : [] }
}
