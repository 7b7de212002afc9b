import { madd } from './lanes'
import { f32_vexp2, f32_vexp2_rows } from './f32-vexp2'
import { wide } from './scratch'

/**
 * P[n][16] = 2^(from[16] + K[n][d] * Q[d][16]) for n keys, packed in fours [n/4][d][4], and 16 queries; adds the sums over the keys to `sums`.
 * Unless `clamped`, no power may leave [-126, 126].
 */
export function f32_attention_scores(k: usize, q: usize, from: usize, p: usize, sums: usize, n: i32, d: i32, clamped: bool): void {
  if (wide) {
    if (clamped) paired(k, q, from, p, sums, n, d)
    else pairedBounded(k, q, from, p, sums, n, d)
  } else if (clamped) halves(k, q, from, p, sums, n, d)
  else halvesBounded(k, q, from, p, sums, n, d)
}

function paired(k: usize, q: usize, from: usize, p: usize, sums: usize, n: i32, d: i32): void {
  for (const step = <usize>d << 4; n >= 4; n -= 4, k += step, p += 256) scores_4x16(k, q, from, p, sums, d, true)
  for (; n > 0; n--, k += 4, p += 64) scores_1x16(k, q, from, p, sums, d, true)
}

function pairedBounded(k: usize, q: usize, from: usize, p: usize, sums: usize, n: i32, d: i32): void {
  for (const step = <usize>d << 4; n >= 4; n -= 4, k += step, p += 256) scores_4x16(k, q, from, p, sums, d, false)
  for (; n > 0; n--, k += 4, p += 64) scores_1x16(k, q, from, p, sums, d, false)
}

function halves(k: usize, q: usize, from: usize, p: usize, sums: usize, n: i32, d: i32): void {
  products(k, q, from, p, n >> 2, d)
  f32_vexp2_rows(p, sums, n >> 2, true)
  const whole = <usize>(n & ~3)
  for (let i: i32 = 0; i < (n & 3); i++) scores_1x16(k + whole * (<usize>d << 2) + (<usize>i << 2), q, from, p + (whole + i << 6), sums, d, true)
}

function halvesBounded(k: usize, q: usize, from: usize, p: usize, sums: usize, n: i32, d: i32): void {
  products(k, q, from, p, n >> 2, d)
  f32_vexp2_rows(p, sums, n >> 2, false)
  const whole = <usize>(n & ~3)
  for (let i: i32 = 0; i < (n & 3); i++) scores_1x16(k + whole * (<usize>d << 2) + (<usize>i << 2), q, from, p + (whole + i << 6), sums, d, false)
}

/** Scores alone. */
// @ts-ignore: decorator
@inline
function products(k: usize, q: usize, from: usize, p: usize, fours: i32, d: i32): void {
  for (const step = <usize>d << 4; fours > 0; fours--, k += step, p += 256) {
    scores_4x8(k, q, from, p, d)
    scores_4x8(k, q + 32, from + 32, p + 32, d)
  }
}

// @ts-ignore: decorator
@inline
function scores_4x16(k: usize, q: usize, from: usize, p: usize, sums: usize, d: i32, clamped: bool): void {
  let c00 = v128.load(from), c01 = v128.load(from, 16), c02 = v128.load(from, 32), c03 = v128.load(from, 48)
  let c10 = c00, c11 = c01, c12 = c02, c13 = c03
  let c20 = c00, c21 = c01, c22 = c02, c23 = c03
  let c30 = c00, c31 = c01, c32 = c02, c33 = c03
  for (; d > 0; d--) {
    const q00 = v128.load(q), q01 = v128.load(q, 16), q02 = v128.load(q, 32), q03 = v128.load(q, 48)
    const x00 = v128.load32_splat(k)
    c00 = madd(x00, q00, c00); c01 = madd(x00, q01, c01); c02 = madd(x00, q02, c02); c03 = madd(x00, q03, c03)
    const x01 = v128.load32_splat(k, 4)
    c10 = madd(x01, q00, c10); c11 = madd(x01, q01, c11); c12 = madd(x01, q02, c12); c13 = madd(x01, q03, c13)
    const x02 = v128.load32_splat(k, 8)
    c20 = madd(x02, q00, c20); c21 = madd(x02, q01, c21); c22 = madd(x02, q02, c22); c23 = madd(x02, q03, c23)
    const x03 = v128.load32_splat(k, 12)
    c30 = madd(x03, q00, c30); c31 = madd(x03, q01, c31); c32 = madd(x03, q02, c32); c33 = madd(x03, q03, c33)
    k += 16; q += 64
  }
  c00 = f32_vexp2(c00, clamped); c01 = f32_vexp2(c01, clamped); c02 = f32_vexp2(c02, clamped); c03 = f32_vexp2(c03, clamped)
  c10 = f32_vexp2(c10, clamped); c11 = f32_vexp2(c11, clamped); c12 = f32_vexp2(c12, clamped); c13 = f32_vexp2(c13, clamped)
  c20 = f32_vexp2(c20, clamped); c21 = f32_vexp2(c21, clamped); c22 = f32_vexp2(c22, clamped); c23 = f32_vexp2(c23, clamped)
  c30 = f32_vexp2(c30, clamped); c31 = f32_vexp2(c31, clamped); c32 = f32_vexp2(c32, clamped); c33 = f32_vexp2(c33, clamped)
  v128.store(p, c00); v128.store(p, c01, 16); v128.store(p, c02, 32); v128.store(p, c03, 48)
  v128.store(p, c10, 64); v128.store(p, c11, 80); v128.store(p, c12, 96); v128.store(p, c13, 112)
  v128.store(p, c20, 128); v128.store(p, c21, 144); v128.store(p, c22, 160); v128.store(p, c23, 176)
  v128.store(p, c30, 192); v128.store(p, c31, 208); v128.store(p, c32, 224); v128.store(p, c33, 240)
  const s0 = f32x4.add(v128.load(sums), f32x4.add(f32x4.add(c00, c10), f32x4.add(c20, c30))), s1 = f32x4.add(v128.load(sums, 16), f32x4.add(f32x4.add(c01, c11), f32x4.add(c21, c31))), s2 = f32x4.add(v128.load(sums, 32), f32x4.add(f32x4.add(c02, c12), f32x4.add(c22, c32))), s3 = f32x4.add(v128.load(sums, 48), f32x4.add(f32x4.add(c03, c13), f32x4.add(c23, c33)))
  v128.store(sums, s0); v128.store(sums, s1, 16); v128.store(sums, s2, 32); v128.store(sums, s3, 48)
}

// @ts-ignore: decorator
@inline
function scores_4x8(k: usize, q: usize, from: usize, p: usize, d: i32): void {
  let c00 = v128.load(from), c01 = v128.load(from, 16)
  let c10 = c00, c11 = c01
  let c20 = c00, c21 = c01
  let c30 = c00, c31 = c01
  for (; d > 0; d--) {
    const q00 = v128.load(q), q01 = v128.load(q, 16)
    const x00 = v128.load32_splat(k)
    c00 = madd(x00, q00, c00); c01 = madd(x00, q01, c01)
    const x01 = v128.load32_splat(k, 4)
    c10 = madd(x01, q00, c10); c11 = madd(x01, q01, c11)
    const x02 = v128.load32_splat(k, 8)
    c20 = madd(x02, q00, c20); c21 = madd(x02, q01, c21)
    const x03 = v128.load32_splat(k, 12)
    c30 = madd(x03, q00, c30); c31 = madd(x03, q01, c31)
    k += 16; q += 64
  }
  v128.store(p, c00); v128.store(p, c01, 16)
  v128.store(p, c10, 64); v128.store(p, c11, 80)
  v128.store(p, c20, 128); v128.store(p, c21, 144)
  v128.store(p, c30, 192); v128.store(p, c31, 208)
}

// @ts-ignore: decorator
@inline
function scores_1x16(k: usize, q: usize, from: usize, p: usize, sums: usize, d: i32, clamped: bool): void {
  let c00 = v128.load(from), c01 = v128.load(from, 16), c02 = v128.load(from, 32), c03 = v128.load(from, 48)
  for (; d > 0; d--) {
    const q00 = v128.load(q), q01 = v128.load(q, 16), q02 = v128.load(q, 32), q03 = v128.load(q, 48)
    const x00 = v128.load32_splat(k)
    c00 = madd(x00, q00, c00); c01 = madd(x00, q01, c01); c02 = madd(x00, q02, c02); c03 = madd(x00, q03, c03)
    k += 16; q += 64
  }
  c00 = f32_vexp2(c00, clamped); c01 = f32_vexp2(c01, clamped); c02 = f32_vexp2(c02, clamped); c03 = f32_vexp2(c03, clamped)
  v128.store(p, c00); v128.store(p, c01, 16); v128.store(p, c02, 32); v128.store(p, c03, 48)
  const s0 = f32x4.add(v128.load(sums), c00), s1 = f32x4.add(v128.load(sums, 16), c01), s2 = f32x4.add(v128.load(sums, 32), c02), s3 = f32x4.add(v128.load(sums, 48), c03)
  v128.store(sums, s0); v128.store(sums, s1, 16); v128.store(sums, s2, 32); v128.store(sums, s3, 48)
}
