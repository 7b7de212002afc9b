import { numbers, tensor } from '../graph/numbers.js'
import { size, type Fact, type Tensor } from '../graph/value.js'
import { op, type Attrs } from './op.js'
import { slide, windowAttrs, type Window } from './families/window.js'

const attrs = { ...windowAttrs, group: 1, output_padding: [] as readonly number[], output_shape: [] as readonly number[] }

/** The window of the convolution whose transpose this is: it slides over the output, and its results are the input. */
function windowFor(x: Fact, w: Fact, a: Attrs<typeof attrs>): { window: Window; out: number[] } {
  const rank = x.shape.length - 2, of = (l: readonly number[], i: number, d: number): number => l.length ? l[i]! : d
  if (w.shape.length !== x.shape.length || w.shape[0] !== x.shape[1]) throw new Error('channels and filters do not fit')
  const kernel = w.shape.slice(2), stride = kernel.map((_, i) => of(a.strides, i, 1)), dilation = kernel.map((_, i) => of(a.dilations, i, 1)), begin: number[] = [], end: number[] = [], out: number[] = []
  for (let i = 0; i < rank; i++) {
    const full = stride[i]! * (x.shape[i + 2]! - 1) + of(a.output_padding, i, 0) + (kernel[i]! - 1) * dilation[i]! + 1
    if (a.output_shape.length || a.auto_pad.startsWith('SAME')) {
      const want = a.output_shape.length ? a.output_shape[a.output_shape.length - rank + i]! : x.shape[i + 2]! * stride[i]!, total = Math.max(0, full - want)
      begin.push(a.auto_pad === 'SAME_UPPER' ? Math.floor(total / 2) : total - Math.floor(total / 2))
      end.push(total - begin[i]!)
      out.push(want)
    } else {
      begin.push(a.auto_pad === 'VALID' ? 0 : of(a.pads, i, 0))
      end.push(a.auto_pad === 'VALID' ? 0 : of(a.pads, i + rank, 0))
      out.push(full - begin[i]! - end[i]!)
    }
  }
  return { window: { kernel, stride, dilation, begin, end, out: x.shape.slice(2) }, out }
}

export default op({
  name: 'ConvTranspose', since: 1, attrs,
  infer: ([x, w], a) => [{ type: x!.type, shape: [x!.shape[0]!, w!.shape[1]! * a.group, ...windowFor(x!, w!, a).out] }],
  compute([x, w, bias], a) {
    const [t, f] = [x as Tensor, w as Tensor], { window, out } = windowFor(t, f, a), [batch, c] = t.shape as [number, number], per = f.shape[1]!, m = per * a.group, groupIn = c / a.group
    const area = size(out), places = size(window.out), taps = size(window.kernel), v = numbers(t), k = numbers(f), b = bias && numbers(bias as Tensor), y = new Float64Array(batch * m * area)
    if (b) for (let i = 0; i < y.length; i++) y[i] = b[Math.floor(i / area) % m]!
    slide(window, out, (o, at, tap, inside) => {
      for (let n = 0; n < batch; n++) for (let i = 0; i < c; i++) {
        const value = v[(n * c + i) * places + o]!, group = Math.floor(i / groupIn)
        for (let j = 0; j < per; j++) {
          const to = (n * m + group * per + j) * area, filter = (i * per + j) * taps
          for (let q = 0; q < inside; q++) y[to + at[q]!]! += value * k[filter + tap[q]!]!
        }
      }
    })
    return [tensor(t.type, [batch, m, ...out], y)]
  },
})
