import { size, type Fact } from '../../graph/value.js'
import { windowOf, type Window, type WindowAttrs } from '../../launches/window.js'
import { call, count, type Term } from '../op.js'
import { centredTerm, isByte, reach, wholeProduct } from './whole.js'

const given = (list: readonly number[] | null): readonly number[] | null => list?.length ? list : null

/** The window of x and w; attributes that are left out are empty lists here. */
export const wholeWindow = (x: Fact, w: Fact, a: unknown): Window => {
  const { strides, dilations, pads, auto_pad } = a as WindowAttrs
  return windowOf(x.shape.slice(2), w.shape.slice(2), { strides: given(strides), dilations: given(dilations), pads: given(pads), auto_pad })
}

/** The shape [batch, n, ...] of a convolution of bytes. */
export function wholeConvShape(x: Fact, w: Fact, a: { readonly group: number }): readonly number[] {
  if (x.shape.length !== w.shape.length || w.shape[1]! * a.group !== x.shape[1]) throw new Error(`filters [${w.shape}] in ${a.group} groups do not fit the input [${x.shape}]`)
  return [x.shape[0]!, w.shape[0]!, ...wholeWindow(x, w, a).out]
}

/** The convolution of two dimensions of bytes, their zero points off, as int32 [batch, oh, ow, n]; undefined where the kernels for floats do not do. */
export function wholeConv([x, w, xZero, wZero]: readonly (Term | undefined)[], [p, q, pZero, qZero]: readonly (Fact | undefined)[], a: { readonly group: number }): Term | undefined {
  if (!isByte(p) || !isByte(q) || p!.shape.length !== 4 || (pZero && count(pZero) !== 1)) return undefined
  const { strides, dilations, pads } = wholeWindow(p!, q!, a), each = qZero && count(qZero) > 1
  if (each && count(qZero) !== q!.shape[0]) return undefined
  return wholeProduct(call('ToNhwc', [centredTerm(x!, xZero, [])], {}, 'noisegraph'), w!, {
    centre: v => centredTerm(v, wZero, each ? [count(qZero), 1, 1, 1] : []),
    axes: [3, 1], n: q!.shape[1]!, each: size(q!.shape.slice(2)), most: reach(p!, pZero) * reach(q!, qZero), cut: a.group === 1,
    product: (u, v) => call('Conv', [u, v], { strides, dilations, pads, group: a.group, winograd: 0 }, 'noisegraph'),
  })
}
