/**
 * One axis of a transposed convolution as a convolution. Output place stride * q + phase is reached from input place q + d by tap phase + begin - stride * d of the kernel:
 * all phases together see `taps` neighbouring places, from q - `before` on.
 */
export interface Phases { readonly taps: number; readonly before: number; /** Tap `t` of a phase, in the kernel; outside of it where the phase has none. */ tap(phase: number, t: number): number }

/** `begin` is the padding at the beginning, which is less than the kernel's length. */
export function phasesOf(kernel: number, stride: number, begin: number): Phases {
  const least = Math.ceil((begin - kernel + 1) / stride), most = Math.floor((begin + stride - 1) / stride)
  return { taps: most - least + 1, before: -least, tap: (phase, t) => phase + begin - stride * (t + least) }
}
