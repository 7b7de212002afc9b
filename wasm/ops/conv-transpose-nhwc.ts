import { float } from '../launches/gemm.js'
import { phasesOf } from '../launches/phases.js'
import { call, op, type Term } from './op.js'
import { whole } from './families/whole.js'

/**
 * Transposed convolution of x [batch, h, w, c] with filters [c, n / group, kh, kw] and bias [n] to `size`, as a convolution to all phases of the output, which are then interleaved
 * (Shi et al. 2016, sub-pixel convolution). `begin` is the padding at the beginning of each axis, which is less than the kernel.
 */
export default op({
  name: 'ConvTranspose', domain: 'noisegraph', since: 1, attrs: { strides: [1, 1], begin: [0, 0], size: [1, 1], group: 1, winograd: 4 },
  infer: ([x, w], { size, group }) => [float([x!.shape[0]!, ...size, w!.shape[1]! * group])],
  means([x, w, bias], { strides, begin, size, group, winograd }, [fact, filters]) {
    const [batch, h, width] = fact!.shape as [number, number, number], [, per, ...kernel] = filters!.shape as [number, number, number, number], [sy, sx] = strides as readonly [number, number], n = per * group
    const axes = kernel.map((k, i) => phasesOf(k, strides[i]!, begin[i]!)), extent = [h, width]
    const end = axes.map((p, i) => Math.max(0, Math.ceil(size[i]! / strides[i]!) - extent[i]! + p.taps - 1 - p.before)), out = axes.map((p, i) => extent[i]! + p.before + end[i]! - p.taps + 1)
    const spread = bias && sy * sx > 1 ? call('Reshape', [call('Expand', [call('Reshape', [bias, whole([group, 1, per])]), whole([group, sy * sx, per])]), whole([n * sy * sx])]) : bias
    const y = call('Conv', [x, call('PhaseFilter', [w], { strides, begin, group }, 'noisegraph'), spread], { pads: [...axes.map(p => p.before), ...end], group, winograd }, 'noisegraph')
    return [cropped(sy * sx > 1 ? interleaved(y, [batch, ...out], [group, sy, sx, per]) : y, [out[0]! * sy, out[1]! * sx], size)]
  },
})

/** Phases [batch, h, w, group, sy, sx, n / group] as a picture [batch, h * sy, w * sx, n]. */
function interleaved(y: Term, [batch, h, w]: readonly number[], [group, sy, sx, per]: readonly number[]): Term {
  const apart = call('Transpose', [call('Reshape', [y, whole([batch! * h!, w!, group!, sy!, sx!, per!])])], { perm: [0, 3, 1, 4, 2, 5] })
  return call('Reshape', [apart, whole([batch!, h! * sy!, w! * sx!, group! * per!])])
}

const cropped = (y: Term, from: readonly number[], size: readonly number[]): Term =>
  from.every((n, i) => n === size[i]) ? y : call('Slice', [y, whole([0, 0]), whole(size), whole([1, 2])])
