import { madd } from './lanes'

/** C[4][8] = from[4][8] + A[4][k] * B[k][8], B being half a panel. */
// @ts-ignore: decorator
@inline
export function f32_gemm_4x8(a: usize, lda: usize, b: usize, from: usize, ldf: usize, c: usize, ldc: usize, k: i32): void {
  let c00 = v128.load(from), c01 = v128.load(from, 16)
  from += ldf
  let c10 = v128.load(from), c11 = v128.load(from, 16)
  from += ldf
  let c20 = v128.load(from), c21 = v128.load(from, 16)
  from += ldf
  let c30 = v128.load(from), c31 = v128.load(from, 16)
  const l1 = lda
  const l2 = l1 + lda
  const l3 = l2 + lda
  for (; k > 0; k--) {
    const b00 = v128.load(b), b01 = v128.load(b, 16)
    const x00 = v128.load32_splat(a)
    c00 = madd(x00, b00, c00); c01 = madd(x00, b01, c01)
    const x01 = v128.load32_splat(a + l1)
    c10 = madd(x01, b00, c10); c11 = madd(x01, b01, c11)
    const x02 = v128.load32_splat(a + l2)
    c20 = madd(x02, b00, c20); c21 = madd(x02, b01, c21)
    const x03 = v128.load32_splat(a + l3)
    c30 = madd(x03, b00, c30); c31 = madd(x03, b01, c31)
    a += 4; b += 64
  }
  v128.store(c, c00); v128.store(c, c01, 16)
  c += ldc
  v128.store(c, c10); v128.store(c, c11, 16)
  c += ldc
  v128.store(c, c20); v128.store(c, c21, 16)
  c += ldc
  v128.store(c, c30); v128.store(c, c31, 16)
}
