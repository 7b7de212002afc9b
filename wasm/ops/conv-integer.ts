import { numbers, tensor } from '../graph/numbers.js'
import { size, type Fact, type Tensor } from '../graph/value.js'
import { windowOf, type Window, type WindowAttrs } from '../launches/window.js'
import { call, op } from './op.js'
import { centred } from './families/quantise.js'
import { convolve } from './families/convolve.js'
import { centredTerm, isByte, wholeProduct } from './families/whole.js'
import { windowAttrs } from './families/window.js'

const given = (list: readonly number[] | null): readonly number[] | null => list?.length ? list : null
/** Attributes that are left out are empty lists here. */
const windowFor = (x: Fact, w: Fact, a: unknown): Window => {
  const { strides, dilations, pads, auto_pad } = a as WindowAttrs
  return windowOf(x.shape.slice(2), w.shape.slice(2), { strides: given(strides), dilations: given(dilations), pads: given(pads), auto_pad })
}

export default op({
  name: 'ConvInteger', since: 10, attrs: { ...windowAttrs, group: 1 },
  infer([x, w], a) {
    if (x!.shape.length !== w!.shape.length || w!.shape[1]! * a.group !== x!.shape[1]) throw new Error(`filters [${w!.shape}] in ${a.group} groups do not fit the input [${x!.shape}]`)
    return [{ type: 'int32', shape: [x!.shape[0]!, w!.shape[0]!, ...windowFor(x!, w!, a).out] }]
  },
  means([x, w, xZero, wZero], a, [p, q, , zero]) {
    if (!isByte(p) || !isByte(q) || p!.shape.length !== 4 || a.group !== 1) return undefined
    const { strides, dilations, pads } = windowFor(p!, q!, a), each = zero?.shape.length === 1 && zero.shape[0]! > 1
    const product = wholeProduct(centredTerm(x!, xZero, undefined), centredTerm(w!, wZero, each ? [zero.shape[0]!, 1, 1, 1] : undefined), [1, 1], p!.shape[1]!, size(q!.shape.slice(2)), (u, v) =>
      call('ToNchw', [call('Conv', [call('ToNhwc', [u], {}, 'noisegraph'), v], { strides, dilations, pads, group: 1, winograd: 0 }, 'noisegraph')], {}, 'noisegraph'))
    return product && [product]
  },
  compute([x, w, xZero, wZero], a) {
    const y = convolve(tensor('float64', (x as Tensor).shape, centred(x as Tensor, xZero as Tensor | undefined, 1)), tensor('float64', (w as Tensor).shape, centred(w as Tensor, wZero as Tensor | undefined, 0)), undefined, a)
    return [tensor('int32', y.shape, numbers(y))]
  },
})
