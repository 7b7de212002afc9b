import { madd } from './lanes'

/**
 * Weights as they are held, in panels of 16 columns and k rows: float32 and float16 row after row; int8 with a scale a column ahead of the rows;
 * int4 in blocks of 32 rows, each with a scale a column ahead of it, columns j and j + 8 in one byte, 8 standing for zero.
 */
export enum Held { Float32, Float16, Int8, Int4 }

export function panel_bytes(held: i32, k: i32): usize {
  if (held == Held.Float16) return <usize>k << 5
  if (held == Held.Int8) return 64 + (<usize>k << 4)
  if (held == Held.Int4) return <usize>((k + 31) >> 5) * 320
  return <usize>k << 6
}

/** Rows [from, from + k) of a panel, as float32. */
export function f32_widen(held: i32, panel: usize, from: i32, k: i32, to: usize): void {
  if (held == Held.Float16) finite(panel + (<usize>from << 5), to, k)
  else if (held == Held.Int8) bytes(panel, panel + 64 + (<usize>from << 4), to, k)
  else for (let row = from, end = from + k; row < end;) {
    const block = panel + <usize>(row >> 5) * 320, n = min((row | 31) + 1, end) - row
    nibbles(block, block + 64 + (<usize>(row & 31) << 3), to, n)
    row += n; to += <usize>n << 6
  }
}

/** 16 k values of half precision. (Loads that extend as they load are joined wrongly by V8's revectorization.) */
export function halves(x: usize, y: usize, k: i32): void {
  for (; k > 0; k--, x += 32, y += 64) {
    const a = half(i32x4.extend_low_i16x8_s(v128.load(x))), b = half(i32x4.extend_high_i16x8_s(v128.load(x))), c = half(i32x4.extend_low_i16x8_s(v128.load(x, 16))), d = half(i32x4.extend_high_i16x8_s(v128.load(x, 16)))
    v128.store(y, a); v128.store(y, b, 16); v128.store(y, c, 32); v128.store(y, d, 48)
  }
}

/** The same where none is infinite or NaN. */
function finite(x: usize, y: usize, k: i32): void {
  for (; k > 0; k--, x += 32, y += 64) {
    const p = v128.load(x), q = v128.load(x, 16)
    const a = scaled(i32x4.extend_low_i16x8_s(p)), b = scaled(i32x4.extend_high_i16x8_s(p)), c = scaled(i32x4.extend_low_i16x8_s(q)), d = scaled(i32x4.extend_high_i16x8_s(q))
    v128.store(y, a); v128.store(y, b, 16); v128.store(y, c, 32); v128.store(y, d, 48)
  }
}

/** Four halves in the low bits of sign-extended words: their bits at the place of a float's, and the exponent set right by a product (2^112), which takes care of subnormal ones. */
// @ts-ignore: decorator
@inline
function scaled(x: v128): v128 { return f32x4.mul(v128.and(i32x4.shl(x, 13), i32x4.splat(0x8fffffff)), f32x4.splat(5.192296858534828e33)) }

// @ts-ignore: decorator
@inline
function half(x: v128): v128 {
  const v = scaled(x)
  return v128.or(v, v128.and(f32x4.ge(f32x4.abs(v), f32x4.splat(65536)), i32x4.splat(0x7f800000)))
}

function bytes(scales: usize, x: usize, y: usize, k: i32): void {
  const s = v128.load(scales), t = v128.load(scales, 16), u = v128.load(scales, 32), w = v128.load(scales, 48)
  for (; k > 0; k--, x += 16, y += 64) {
    const a = v128.load8x8_s(x), b = v128.load8x8_s(x, 8)
    v128.store(y, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(a)), s))
    v128.store(y, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(a)), t), 16)
    v128.store(y, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(b)), u), 32)
    v128.store(y, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(b)), w), 48)
  }
}

function nibbles(scales: usize, x: usize, y: usize, k: i32): void {
  const s = v128.load(scales), t = v128.load(scales, 16), u = v128.load(scales, 32), w = v128.load(scales, 48), m = f32x4.splat(-8), zero = f32x4.splat(0)
  const sm = madd(s, m, zero), tm = madd(t, m, zero), um = madd(u, m, zero), wm = madd(w, m, zero)
  for (; k > 0; k--, x += 8, y += 64) {
    const pairs = v128.load8x8_u(x), a = v128.and(pairs, i16x8.splat(15)), b = i16x8.shr_u(pairs, 4)
    v128.store(y, madd(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(a)), s, sm))
    v128.store(y, madd(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(a)), t, tm), 16)
    v128.store(y, madd(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(b)), u, um), 32)
    v128.store(y, madd(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(b)), w, wm), 48)
  }
}
