import { type Timed } from '../wasm/tape/profile.js'

/** Arithmetic of a launch by its kernel's arguments, in floating-point operations (a multiply-add is two): of the products, which are nearly all. 0 for the others, which move bytes. */
export function operations({ kernel, args, tiles }: Timed): number {
  if (kernel === 'f32_gemm') {
    const [m, n, k, mc, nc] = args.slice(13, 18) as [number, number, number, number, number]
    return 2 * m * n * k * tiles / (Math.ceil(m / mc) * Math.ceil(n / nc))
  }
  if (kernel === 'f32_conv') {
    const [, , c, oh, ow, n, groups, kh, kw] = args.slice(6, 15) as number[], [mc, nc] = args.slice(21, 23) as [number, number]
    return 2 * oh! * ow! * c! * n! * kh! * kw! * tiles / (Math.ceil(oh! * ow! / mc) * Math.ceil(n! / nc)) / groups! * groups!
  }
  if (kernel === 'f32_attention') {
    const [sq, sk, d, dv, , , queries] = args.slice(22, 29) as [number, number, number, number, number, number, number]
    return 2 * sq * sk * (d + dv) * tiles / Math.ceil(sq / queries)
  }
  return 0
}
