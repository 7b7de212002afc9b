import { numbers, tensor } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { phasesOf } from '../launches/phases.js'
import { op } from './op.js'

/**
 * Filters [c, n / group, kh, kw] of a transposed convolution as those of a convolution that gives all phases of the output at once, [group * strideY * strideX * n / group, c / group, tapsY, tapsX].
 * Taps that a phase has not are zeros.
 */
export default op({
  name: 'PhaseFilter', domain: 'noisegraph', since: 1, attrs: { strides: [1, 1], begin: [0, 0], group: 1 },
  infer([w], { strides, begin, group }) {
    const [c, per, kh, kw] = w!.shape as [number, number, number, number], [y, x] = [phasesOf(kh, strides[0]!, begin[0]!), phasesOf(kw, strides[1]!, begin[1]!)]
    return [{ type: w!.type, shape: [group * strides[0]! * strides[1]! * per, c / group, y.taps, x.taps] }]
  },
  compute([w], { strides, begin, group }) {
    const t = w as Tensor, [c, per, kh, kw] = t.shape as [number, number, number, number], [sy, sx] = strides as readonly [number, number], from = numbers(t)
    const y = phasesOf(kh, sy, begin[0]!), x = phasesOf(kw, sx, begin[1]!), depth = c / group, out = new Float64Array(group * sy * sx * per * depth * y.taps * x.taps)
    let to = 0
    for (let g = 0; g < group; g++) for (let py = 0; py < sy; py++) for (let px = 0; px < sx; px++) for (let o = 0; o < per; o++) for (let i = 0; i < depth; i++) for (let ty = 0; ty < y.taps; ty++) for (let tx = 0; tx < x.taps; tx++, to++) {
      const ky = y.tap(py, ty), kx = x.tap(px, tx)
      if (ky >= 0 && ky < kh && kx >= 0 && kx < kw) out[to] = from[((g * depth + i) * per + o) * kh * kw + ky * kw + kx]!
    }
    return [tensor(t.type, [group * sy * sx * per, depth, y.taps, x.taps], out)]
  },
})
