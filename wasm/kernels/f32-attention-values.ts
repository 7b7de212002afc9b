import { madd } from './lanes'
import { wide } from './scratch'

/** acc[dv][16] += V[n][dv] transposed * P[n][16] for n keys whose rows are `ldv` bytes apart and 16 queries. */
export function f32_attention_values(v: usize, ldv: usize, p: usize, acc: usize, n: i32, dv: i32): void {
  for (; dv >= 4; dv -= 4, v += 16, acc += 256) {
    if (wide) values_4x16(v, ldv, p, acc, n)
    else {
      values_4x8(v, ldv, p, acc, n)
      values_4x8(v, ldv, p + 32, acc + 32, n)
    }
  }
  for (; dv > 0; dv--, v += 4, acc += 64) values_1x16(v, ldv, p, acc, n)
}

// @ts-ignore: decorator
@inline
function values_4x16(v: usize, ldv: usize, p: usize, acc: usize, n: i32): void {
  let c00 = v128.load(acc), c01 = v128.load(acc, 16), c02 = v128.load(acc, 32), c03 = v128.load(acc, 48)
  let c10 = v128.load(acc, 64), c11 = v128.load(acc, 80), c12 = v128.load(acc, 96), c13 = v128.load(acc, 112)
  let c20 = v128.load(acc, 128), c21 = v128.load(acc, 144), c22 = v128.load(acc, 160), c23 = v128.load(acc, 176)
  let c30 = v128.load(acc, 192), c31 = v128.load(acc, 208), c32 = v128.load(acc, 224), c33 = v128.load(acc, 240)
  for (; n > 0; n--) {
    const p00 = v128.load(p), p01 = v128.load(p, 16), p02 = v128.load(p, 32), p03 = v128.load(p, 48)
    const x00 = v128.load32_splat(v)
    c00 = madd(x00, p00, c00); c01 = madd(x00, p01, c01); c02 = madd(x00, p02, c02); c03 = madd(x00, p03, c03)
    const x01 = v128.load32_splat(v, 4)
    c10 = madd(x01, p00, c10); c11 = madd(x01, p01, c11); c12 = madd(x01, p02, c12); c13 = madd(x01, p03, c13)
    const x02 = v128.load32_splat(v, 8)
    c20 = madd(x02, p00, c20); c21 = madd(x02, p01, c21); c22 = madd(x02, p02, c22); c23 = madd(x02, p03, c23)
    const x03 = v128.load32_splat(v, 12)
    c30 = madd(x03, p00, c30); c31 = madd(x03, p01, c31); c32 = madd(x03, p02, c32); c33 = madd(x03, p03, c33)
    v += ldv; p += 64
  }
  v128.store(acc, c00); v128.store(acc, c01, 16); v128.store(acc, c02, 32); v128.store(acc, c03, 48)
  v128.store(acc, c10, 64); v128.store(acc, c11, 80); v128.store(acc, c12, 96); v128.store(acc, c13, 112)
  v128.store(acc, c20, 128); v128.store(acc, c21, 144); v128.store(acc, c22, 160); v128.store(acc, c23, 176)
  v128.store(acc, c30, 192); v128.store(acc, c31, 208); v128.store(acc, c32, 224); v128.store(acc, c33, 240)
}

// @ts-ignore: decorator
@inline
function values_4x8(v: usize, ldv: usize, p: usize, acc: usize, n: i32): void {
  let c00 = v128.load(acc), c01 = v128.load(acc, 16)
  let c10 = v128.load(acc, 64), c11 = v128.load(acc, 80)
  let c20 = v128.load(acc, 128), c21 = v128.load(acc, 144)
  let c30 = v128.load(acc, 192), c31 = v128.load(acc, 208)
  for (; n > 0; n--) {
    const p00 = v128.load(p), p01 = v128.load(p, 16)
    const x00 = v128.load32_splat(v)
    c00 = madd(x00, p00, c00); c01 = madd(x00, p01, c01)
    const x01 = v128.load32_splat(v, 4)
    c10 = madd(x01, p00, c10); c11 = madd(x01, p01, c11)
    const x02 = v128.load32_splat(v, 8)
    c20 = madd(x02, p00, c20); c21 = madd(x02, p01, c21)
    const x03 = v128.load32_splat(v, 12)
    c30 = madd(x03, p00, c30); c31 = madd(x03, p01, c31)
    v += ldv; p += 64
  }
  v128.store(acc, c00); v128.store(acc, c01, 16)
  v128.store(acc, c10, 64); v128.store(acc, c11, 80)
  v128.store(acc, c20, 128); v128.store(acc, c21, 144)
  v128.store(acc, c30, 192); v128.store(acc, c31, 208)
}

// @ts-ignore: decorator
@inline
function values_1x16(v: usize, ldv: usize, p: usize, acc: usize, n: i32): void {
  let c00 = v128.load(acc), c01 = v128.load(acc, 16), c02 = v128.load(acc, 32), c03 = v128.load(acc, 48)
  for (; n > 0; n--) {
    const p00 = v128.load(p), p01 = v128.load(p, 16), p02 = v128.load(p, 32), p03 = v128.load(p, 48)
    const x00 = v128.load32_splat(v)
    c00 = madd(x00, p00, c00); c01 = madd(x00, p01, c01); c02 = madd(x00, p02, c02); c03 = madd(x00, p03, c03)
    v += ldv; p += 64
  }
  v128.store(acc, c00); v128.store(acc, c01, 16); v128.store(acc, c02, 32); v128.store(acc, c03, 48)
}
