import { numbers, tensor } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { op } from './op.js'
import { windowAttrs, windowOf } from './families/window.js'

/** Convolution of pictures whose taps are moved by offsets and weighed by a mask. */
export default op({
  name: 'DeformConv', since: 19, attrs: { ...windowAttrs, group: 1, offset_group: 1 },
  infer: ([x, w, offset]) => [{ type: x!.type, shape: [x!.shape[0]!, w!.shape[0]!, ...offset!.shape.slice(2)] }],
  compute([input, filters, shifts, bias, weights], a) {
    const [x, w] = [input as Tensor, filters as Tensor], [n, c, h, wide] = x.shape as [number, number, number, number], [m, per, kh, kw] = w.shape as [number, number, number, number]
    const v = windowOf([h, wide], [kh, kw], { ...a, auto_pad: 'NOTSET' }), [oh, ow] = v.out as [number, number], taps = kh * kw, outs = oh * ow
    const xs = numbers(x), ws = numbers(w), ds = numbers(shifts as Tensor), bs = bias && numbers(bias as Tensor), ms = weights && numbers(weights as Tensor), out = new Float64Array(n * m * outs)
    for (let b = 0; b < n; b++) for (let f = 0; f < m; f++) for (let o = 0; o < outs; o++) {
      const y0 = Math.floor(o / ow) * v.stride[0]! - v.begin[0]!, x0 = o % ow * v.stride[1]! - v.begin[1]!
      let sum = bs?.[f] ?? 0
      for (let i = 0; i < per; i++) {
        const channel = Math.floor(f / (m / a.group)) * per + i, group = Math.floor(channel / (c / a.offset_group)), plane = (b * c + channel) * h * wide
        for (let t = 0; t < taps; t++) {
          const at = ((b * a.offset_group + group) * taps + t) * 2 * outs + o, py = y0 + Math.floor(t / kw) * v.dilation[0]! + ds[at]!, px = x0 + t % kw * v.dilation[1]! + ds[at + outs]!
          sum += ws[(f * per + i) * taps + t]! * (ms ? ms[((b * a.offset_group + group) * taps + t) * outs + o]! : 1) * bilinear(xs, plane, h, wide, py, px)
        }
      }
      out[(b * m + f) * outs + o] = sum
    }
    return [tensor(x.type, [n, m, oh, ow], out)]
  },
})

function bilinear(v: ArrayLike<number>, plane: number, h: number, w: number, y: number, x: number): number {
  const y0 = Math.floor(y), x0 = Math.floor(x), fy = y - y0, fx = x - x0
  const at = (r: number, c: number): number => r >= 0 && r < h && c >= 0 && c < w ? v[plane + r * w + c]! : 0
  return (1 - fy) * ((1 - fx) * at(y0, x0) + fx * at(y0, x0 + 1)) + fy * ((1 - fx) * at(y0 + 1, x0) + fx * at(y0 + 1, x0 + 1))
}
