import { madd } from './lanes'

/** One row of `f32_gemm_4x16`, for the rows that are left: two sums a column, so that the additions of one do not wait for the other's. */
// @ts-ignore: decorator
@inline
export function f32_gemm_1x16(a: usize, b: usize, from: usize, c: usize, k: i32): void {
  let c0 = v128.load(from), c1 = v128.load(from, 16), c2 = v128.load(from, 32), c3 = v128.load(from, 48)
  let d0 = f32x4.splat(0), d1 = d0, d2 = d0, d3 = d0
  for (; k >= 2; k -= 2) {
    const x = v128.load32_splat(a)
    c0 = madd(x, v128.load(b), c0); c1 = madd(x, v128.load(b, 16), c1); c2 = madd(x, v128.load(b, 32), c2); c3 = madd(x, v128.load(b, 48), c3)
    const y = v128.load32_splat(a, 4)
    d0 = madd(y, v128.load(b, 64), d0); d1 = madd(y, v128.load(b, 80), d1); d2 = madd(y, v128.load(b, 96), d2); d3 = madd(y, v128.load(b, 112), d3)
    a += 8; b += 128
  }
  if (k > 0) {
    const x = v128.load32_splat(a)
    c0 = madd(x, v128.load(b), c0); c1 = madd(x, v128.load(b, 16), c1); c2 = madd(x, v128.load(b, 32), c2); c3 = madd(x, v128.load(b, 48), c3)
  }
  c0 = f32x4.add(c0, d0); c1 = f32x4.add(c1, d1); c2 = f32x4.add(c2, d2); c3 = f32x4.add(c3, d3)
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48)
}
