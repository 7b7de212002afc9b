import { numbers, tensor } from '../graph/numbers.js'
import { size, type Fact, type Tensor } from '../graph/value.js'
import { call, op, type Attrs, type Inputs } from './op.js'
import { whole } from './families/whole.js'
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

/** What the channels-last operator is told; undefined where it does not do: other types, dilation, padding as wide as the kernel. */
export function transposedAttrs(facts: Inputs, a: Attrs<typeof attrs>): { strides: readonly number[]; begin: readonly number[]; size: readonly number[]; group: number } | undefined {
  const { window, out } = windowFor(facts[0]!, facts[1]!, a)
  if (facts.some(f => f && f.type !== 'float32') || out.some(n => n < 1) || window.out.some(n => n < 1)) return undefined
  if (window.dilation.some(d => d !== 1) || window.begin.some((p, i) => p < 0 || p >= window.kernel[i]!)) return undefined
  return { strides: window.stride, begin: window.begin, size: out, group: a.group }
}

export default op({
  name: 'ConvTranspose', since: 1, attrs,
  infer: ([x, w], a) => [{ type: x!.type, shape: [x!.shape[0]!, w!.shape[1]! * a.group, ...windowFor(x!, w!, a).out] }],
  means([x, w, bias], a, facts) {
    const rank = facts[0]!.shape.length - 2, how = rank === 1 || rank === 2 ? transposedAttrs(facts, a) : undefined
    if (!how) return undefined
    const [picture, filters] = rank === 2 ? [x, w] : [call('Unsqueeze', [x, whole([2])]), call('Unsqueeze', [w, whole([2])])]
    const two = rank === 2 ? how : { ...how, strides: [1, ...how.strides], begin: [0, ...how.begin], size: [1, ...how.size] }
    const y = call('ToNchw', [call('ConvTranspose', [call('ToNhwc', [picture], {}, 'noisegraph'), filters, bias], two, 'noisegraph')], {}, 'noisegraph')
    return [rank === 2 ? y : call('Squeeze', [y, whole([2])])]
  },
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
