import { numbers, tensor } from '../../graph/numbers.js'
import { size, type Tensor } from '../../graph/value.js'
import { slide, windowOf, type WindowAttrs } from './window.js'

/** Convolution over any number of axes, in double precision. */
export function convolve(x: Tensor, w: Tensor, bias: ArrayLike<number> | undefined, a: WindowAttrs & { readonly group: number }): Tensor {
  const [batch, channels] = x.shape as [number, number], [m, per] = w.shape as [number, number]
  if (w.shape.length !== x.shape.length || channels !== per * a.group || m % a.group) throw new Error('channels, groups and filters do not fit')
  const v = windowOf(x.shape.slice(2), w.shape.slice(2), a), plane = size(x.shape.slice(2)), taps = size(v.kernel), outs = size(v.out), xs = numbers(x), ws = numbers(w), out = new Float64Array(batch * m * outs)
  slide(v, x.shape.slice(2), (o, at, tap, inside) => {
    for (let n = 0; n < batch; n++) for (let f = 0; f < m; f++) {
      let s = bias?.[f] ?? 0
      const first = Math.floor(f / (m / a.group)) * per
      for (let c = 0; c < per; c++) {
        const from = (n * channels + first + c) * plane, filter = (f * per + c) * taps
        for (let k = 0; k < inside; k++) s += xs[from + at[k]!]! * ws[filter + tap[k]!]!
      }
      out[(n * m + f) * outs + o] = s
    }
  })
  return tensor(x.type, [batch, m, ...v.out], out)
}
