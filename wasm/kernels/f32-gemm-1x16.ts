import { madd } from './lanes'

/** One row of `f32_gemm_4x16`, for the rows that are left; sums run as they do there, so that no bit depends on how many rows there are. */
// @ts-ignore: decorator
@inline
export function f32_gemm_1x16(a: usize, b: usize, from: usize, c: usize, k: i32): void {
  let c0 = v128.load(from), c1 = v128.load(from, 16), c2 = v128.load(from, 32), c3 = v128.load(from, 48)
  for (; k > 0; k--) {
    const x = v128.load32_splat(a)
    c0 = madd(x, v128.load(b), c0); c1 = madd(x, v128.load(b, 16), c1); c2 = madd(x, v128.load(b, 32), c2); c3 = madd(x, v128.load(b, 48), c3)
    a += 4; b += 64
  }
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48)
}

/** Two panels at once, `panel` bytes apart in B and `step` in `from`: the additions of one do not wait for the other's. */
// @ts-ignore: decorator
@inline
export function f32_gemm_1x32(a: usize, b: usize, panel: usize, from: usize, step: usize, c: usize, k: i32): void {
  let c0 = v128.load(from), c1 = v128.load(from, 16), c2 = v128.load(from, 32), c3 = v128.load(from, 48)
  from += step
  let d0 = v128.load(from), d1 = v128.load(from, 16), d2 = v128.load(from, 32), d3 = v128.load(from, 48)
  for (let e = b + panel; k > 0; k--) {
    const x = v128.load32_splat(a)
    c0 = madd(x, v128.load(b), c0); c1 = madd(x, v128.load(b, 16), c1); c2 = madd(x, v128.load(b, 32), c2); c3 = madd(x, v128.load(b, 48), c3)
    d0 = madd(x, v128.load(e), d0); d1 = madd(x, v128.load(e, 16), d1); d2 = madd(x, v128.load(e, 32), d2); d3 = madd(x, v128.load(e, 48), d3)
    a += 4; b += 64; e += 64
  }
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48)
  v128.store(c, d0, 64); v128.store(c, d1, 80); v128.store(c, d2, 96); v128.store(c, d3, 112)
}
