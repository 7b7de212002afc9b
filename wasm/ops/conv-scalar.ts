import { numbers, tensor } from '../graph/numbers.js'
import { type Tensor, size } from '../graph/value.js'
import { op } from './op.js'

/** Convolution by the definition, over any number of dimensions: for the types and ranks that have no kernel. All attributes are given in full. */
export default op({
  name: 'ConvScalar', domain: 'noisegraph', since: 1, attrs: { strides: [1], dilations: [1], pads: [0, 0], group: 1 },
  infer([x, w], a) {
    const rank = x!.shape.length - 2
    const out = x!.shape.slice(2).map((n, i) => Math.floor((n + a.pads[i]! + a.pads[i + rank]! - (w!.shape[i + 2]! - 1) * a.dilations[i]! - 1) / a.strides[i]!) + 1)
    return [{ type: x!.type, shape: [x!.shape[0]!, w!.shape[0]!, ...out] }]
  },
  compute(items, a) {
    const [x, w, bias] = items as [Tensor, Tensor, Tensor | undefined], spatial = x.shape.slice(2), kernel = w.shape.slice(2), rank = spatial.length
    const out = spatial.map((n, i) => Math.floor((n + a.pads[i]! + a.pads[i + rank]! - (kernel[i]! - 1) * a.dilations[i]! - 1) / a.strides[i]!) + 1)
    const [batch, c] = x.shape as [number, number], n = w.shape[0]!, per = w.shape[1]!, plane = size(spatial), taps = size(kernel), pixels = size(out)
    const data = new Float64Array(batch * n * pixels), xs = numbers(x), ws = numbers(w), bs = bias && numbers(bias)
    const at = (index: number, dims: readonly number[]): number[] => {
      const r: number[] = []
      for (let d = dims.length - 1; d >= 0; d--) { r[d] = index % dims[d]!; index = Math.floor(index / dims[d]!) }
      return r
    }
    const steps = Array.from({ length: taps }, (_, t) => at(t, kernel).map((k, d) => k * a.dilations[d]!))
    for (let b = 0; b < batch; b++) for (let o = 0; o < n; o++) for (let p = 0; p < pixels; p++) {
      const origin = at(p, out).map((q, d) => q * a.strides[d]! - a.pads[d]!), first = Math.floor(o / (n / a.group)) * per
      let sum = bs?.[o] ?? 0
      steps.forEach((step, t) => {
        let index = 0
        for (let d = 0; d < rank; d++) {
          const q = origin[d]! + step[d]!
          if (q < 0 || q >= spatial[d]!) return
          index = index * spatial[d]! + q
        }
        for (let i = 0; i < per; i++) sum += xs[(b * c + first + i) * plane + index]! * ws[(o * per + i) * taps + t]!
      })
      data[(b * n + o) * pixels + p] = sum
    }
    return [tensor(x.type, [batch, n, ...out], data)]
  },
})
