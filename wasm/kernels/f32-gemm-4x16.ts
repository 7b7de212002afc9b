import { madd } from './lanes'

/**
 * C[4][16] = from[4][16] + A[4][k] * B[k][16]. Rows of A are `lda` bytes apart and read by splats, B is one packed panel;
 * `from` is the bias (ldf = 0), zeros, or C itself. Neighbouring columns pair up for V8's 256-bit revectorization.
 */
// @ts-ignore: decorator
@inline
export function f32_gemm_4x16(a: usize, lda: usize, b: usize, from: usize, ldf: usize, c: usize, ldc: usize, k: i32): void {
  let c00 = v128.load(from), c01 = v128.load(from, 16), c02 = v128.load(from, 32), c03 = v128.load(from, 48)
  from += ldf
  let c10 = v128.load(from), c11 = v128.load(from, 16), c12 = v128.load(from, 32), c13 = v128.load(from, 48)
  from += ldf
  let c20 = v128.load(from), c21 = v128.load(from, 16), c22 = v128.load(from, 32), c23 = v128.load(from, 48)
  from += ldf
  let c30 = v128.load(from), c31 = v128.load(from, 16), c32 = v128.load(from, 32), c33 = v128.load(from, 48)
  const l1 = lda
  const l2 = l1 + lda
  const l3 = l2 + lda
  for (; k >= 2; k -= 2) {
    const b00 = v128.load(b), b01 = v128.load(b, 16), b02 = v128.load(b, 32), b03 = v128.load(b, 48)
    const x00 = v128.load32_splat(a)
    c00 = madd(x00, b00, c00); c01 = madd(x00, b01, c01); c02 = madd(x00, b02, c02); c03 = madd(x00, b03, c03)
    const x01 = v128.load32_splat(a + l1)
    c10 = madd(x01, b00, c10); c11 = madd(x01, b01, c11); c12 = madd(x01, b02, c12); c13 = madd(x01, b03, c13)
    const x02 = v128.load32_splat(a + l2)
    c20 = madd(x02, b00, c20); c21 = madd(x02, b01, c21); c22 = madd(x02, b02, c22); c23 = madd(x02, b03, c23)
    const x03 = v128.load32_splat(a + l3)
    c30 = madd(x03, b00, c30); c31 = madd(x03, b01, c31); c32 = madd(x03, b02, c32); c33 = madd(x03, b03, c33)
    const b10 = v128.load(b, 64), b11 = v128.load(b, 80), b12 = v128.load(b, 96), b13 = v128.load(b, 112)
    const x10 = v128.load32_splat(a, 4)
    c00 = madd(x10, b10, c00); c01 = madd(x10, b11, c01); c02 = madd(x10, b12, c02); c03 = madd(x10, b13, c03)
    const x11 = v128.load32_splat(a + l1, 4)
    c10 = madd(x11, b10, c10); c11 = madd(x11, b11, c11); c12 = madd(x11, b12, c12); c13 = madd(x11, b13, c13)
    const x12 = v128.load32_splat(a + l2, 4)
    c20 = madd(x12, b10, c20); c21 = madd(x12, b11, c21); c22 = madd(x12, b12, c22); c23 = madd(x12, b13, c23)
    const x13 = v128.load32_splat(a + l3, 4)
    c30 = madd(x13, b10, c30); c31 = madd(x13, b11, c31); c32 = madd(x13, b12, c32); c33 = madd(x13, b13, c33)
    a += 8; b += 128
  }
  for (; k > 0; k--) {
    const b00 = v128.load(b), b01 = v128.load(b, 16), b02 = v128.load(b, 32), b03 = v128.load(b, 48)
    const x00 = v128.load32_splat(a)
    c00 = madd(x00, b00, c00); c01 = madd(x00, b01, c01); c02 = madd(x00, b02, c02); c03 = madd(x00, b03, c03)
    const x01 = v128.load32_splat(a + l1)
    c10 = madd(x01, b00, c10); c11 = madd(x01, b01, c11); c12 = madd(x01, b02, c12); c13 = madd(x01, b03, c13)
    const x02 = v128.load32_splat(a + l2)
    c20 = madd(x02, b00, c20); c21 = madd(x02, b01, c21); c22 = madd(x02, b02, c22); c23 = madd(x02, b03, c23)
    const x03 = v128.load32_splat(a + l3)
    c30 = madd(x03, b00, c30); c31 = madd(x03, b01, c31); c32 = madd(x03, b02, c32); c33 = madd(x03, b03, c33)
    a += 4; b += 64
  }
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c02, 32); v128.store(c, c03, 48)
  c += ldc
  v128.store(c, c10); v128.store(c, c11, 16); v128.store(c, c12, 32); v128.store(c, c13, 48)
  c += ldc
  v128.store(c, c20); v128.store(c, c21, 16); v128.store(c, c22, 32); v128.store(c, c23, 48)
  c += ldc
  v128.store(c, c30); v128.store(c, c31, 16); v128.store(c, c32, 32); v128.store(c, c33, 48)
}
