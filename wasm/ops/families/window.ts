/** Sliding windows over any number of axes: convolutions and pools. */
export interface Window { readonly kernel: readonly number[]; readonly stride: readonly number[]; readonly dilation: readonly number[]; readonly begin: readonly number[]; readonly end: readonly number[]; readonly out: readonly number[] }

export interface WindowAttrs { readonly auto_pad: string; readonly dilations: readonly number[]; readonly kernel_shape: readonly number[]; readonly pads: readonly number[]; readonly strides: readonly number[]; readonly ceil_mode?: number }
export const windowAttrs = { auto_pad: 'NOTSET', dilations: [] as readonly number[], kernel_shape: [] as readonly number[], pads: [] as readonly number[], strides: [] as readonly number[] }

/** Resolves padding and the size of the result. */
export function windowOf(input: readonly number[], kernel: readonly number[], a: WindowAttrs): Window {
  const rank = input.length, of = (list: readonly number[], i: number, fallback: number): number => list.length ? list[i]! : fallback
  if (kernel.length !== rank) throw new Error(`a kernel of ${kernel.length} dimensions does not fit ${rank}`)
  const stride = input.map((_, i) => of(a.strides, i, 1)), dilation = input.map((_, i) => of(a.dilations, i, 1)), begin: number[] = [], end: number[] = [], out: number[] = []
  if ([...stride, ...dilation, ...kernel].some(v => !(v >= 1))) throw new Error('strides, dilations and kernel sizes are at least 1')
  input.forEach((n, i) => {
    const reach = (kernel[i]! - 1) * dilation[i]! + 1, s = stride[i]!
    if (a.auto_pad === 'SAME_UPPER' || a.auto_pad === 'SAME_LOWER') {
      const o = Math.ceil(n / s), total = Math.max(0, (o - 1) * s + reach - n), less = Math.floor(total / 2)
      begin.push(a.auto_pad === 'SAME_UPPER' ? less : total - less)
      end.push(total - begin[i]!)
      out.push(o)
      return
    }
    begin.push(a.auto_pad === 'VALID' ? 0 : of(a.pads, i, 0))
    end.push(a.auto_pad === 'VALID' ? 0 : of(a.pads, i + rank, 0))
    const span = n + begin[i]! + end[i]! - reach
    let o = (a.ceil_mode ? Math.ceil(span / s) : Math.floor(span / s)) + 1
    // A window that would begin in the padding at the end is left out.
    if (a.ceil_mode && (o - 1) * s >= n + begin[i]!) o--
    out.push(Math.max(0, o))
  })
  // What lies outside is skipped; what a window reads of one plane, all places together, is bounded.
  if (kernel.reduce((a, k, i) => a * Math.min(k, input[i]!), 1) * out.reduce((a, n) => a * n, 1) > 2 ** 26) throw new Error(`a window of [${kernel}] over [${input}] is too large`)
  return { kernel, stride, dilation, begin, end, out }
}

/** Calls `visit` for every place of the window with the positions (of the input and of the kernel, in C order) that lie in the input; `inside` counts them. What lies outside costs nothing. */
export function slide(w: Window, input: readonly number[], visit: (out: number, at: Int32Array, tap: Int32Array, inside: number) => void): void {
  const rank = input.length, outs = w.out.reduce((a, b) => a * b, 1), most = w.kernel.reduce((a, k, i) => a * Math.min(k, input[i]!), 1)
  const at = new Int32Array(most), tap = new Int32Array(most), start = new Array<number>(rank), from = new Array<number>(rank), to = new Array<number>(rank)
  let inside = 0
  const visitAxis = (i: number, offset: number, k: number): void => {
    if (i === rank) { at[inside] = offset; tap[inside++] = k; return }
    for (let t = from[i]!; t < to[i]!; t++) visitAxis(i + 1, offset * input[i]! + start[i]! + t * w.dilation[i]!, k * w.kernel[i]! + t)
  }
  for (let o = 0; o < outs; o++) {
    for (let i = rank - 1, r = o; i >= 0; i--) {
      start[i] = r % w.out[i]! * w.stride[i]! - w.begin[i]!
      r = Math.floor(r / w.out[i]!)
      from[i] = tapsBelow(w, i, start[i]!, 0)
      to[i] = tapsBelow(w, i, start[i]!, input[i]!)
    }
    inside = 0
    visitAxis(0, 0, 0)
    visit(o, at, tap, inside)
  }
}

/** How many taps along axis `i` of a window that begins at `start` come before `limit`. */
export const tapsBelow = (w: Window, i: number, start: number, limit: number): number => Math.min(w.kernel[i]!, Math.max(0, Math.ceil((limit - start) / w.dilation[i]!)))
