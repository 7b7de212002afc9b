import { Held, panel_bytes } from './f32-widen'

/**
 * Panels [k][16] of float32 as they are to be held (see f32-widen.ts). `scales`, where it is not 0: those of all panels, as they are held; x are the numbers to be
 * multiplied with them then, `zero` standing for 0.
 */
@unmanaged
export class CompressArgs { x: usize; y: usize; k: i32; held: i32; scales: usize; zero: f32 }

/** Tiles: panels. */
export function f32_compress(args: CompressArgs, begin: u32, end: u32): void {
  const bytes = panel_bytes(args.held, args.k)
  for (let t = begin; t < end; t++) {
    const x = args.x + (<usize>t * <usize>args.k << 6), y = args.y + <usize>t * bytes
    if (args.held == Held.Float16) for (let i: usize = 0, n = <usize>args.k << 5; i < n; i += 16) v128.store(y + i, halved(v128.load(x + (i << 1)), v128.load(x + (i << 1), 16)))
    else if (args.scales) {
      const blocks = args.held == Held.Int4 ? <usize>(args.k + 31) >> 5 : 1
      numbers(x, y, args.k, args.held, args.scales + (<usize>t * blocks << 6), args.zero)
    } else if (args.held == Held.Int8) channels(x, y, args.k)
    else for (let row = 0, to = y; row < args.k; row += 32, to += 320) block(x + (<usize>row << 6), to, min(32, args.k - row))
  }
}

// @ts-ignore: decorator
@inline function halved(a: v128, b: v128): v128 { return i16x8.narrow_i32x4_u(rounded(a), rounded(b)) }

/** Four floats as half precision in the low bits, rounded to nearest, ties to even; what is too large becomes the largest there is. */
// @ts-ignore: decorator
@inline
function rounded(v: v128): v128 {
  const a = v128.and(v, i32x4.splat(0x7fffffff)), sign = i32x4.shr_u(v128.xor(v, a), 16)
  // Small ones: adding 1/2 leaves the bits of a subnormal half in the mantissa.
  const small = i32x4.sub(f32x4.add(a, f32x4.splat(0.5)), i32x4.splat(0x3f000000))
  const odd = v128.and(i32x4.shr_u(a, 13), i32x4.splat(1)), normal = i32x4.shr_u(i32x4.add(i32x4.add(a, odd), i32x4.splat(0xc8000fff)), 13)
  const finite = v128.bitselect(small, normal, i32x4.lt_s(a, i32x4.splat(0x38800000)))
  return v128.or(sign, i32x4.min_s(finite, i32x4.splat(0x7bff)))
}

/** A column's largest magnitude becomes 127. */
function channels(x: usize, y: usize, k: i32): void {
  for (let j: usize = 0; j < 64; j += 16) {
    let most = f32x4.splat(0)
    for (let i = 0, p = x + j; i < k; i++, p += 64) most = f32x4.max(most, f32x4.abs(v128.load(p)))
    const scale = f32x4.mul(most, f32x4.splat(1.0 / 127.0)), by = v128.and(f32x4.div(f32x4.splat(1), scale), f32x4.gt(most, f32x4.splat(0)))
    v128.store(y + j, scale)
    for (let i = 0, p = x + j, q = y + 64 + (j >> 2); i < k; i++, p += 64, q += 16) {
      const n = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(p), by))), w = i16x8.narrow_i32x4_s(n, n)
      v128.store32_lane(q, i8x16.narrow_i16x8_s(w, w), 0)
    }
  }
}

/** The value of a column's 32 that is furthest from zero becomes -8 (0 as stored). */
function block(x: usize, y: usize, k: i32): void {
  memory.fill(y + 64, 0x88, 256)
  for (let j: usize = 0; j < 16; j++) {
    let most: f32 = 0
    for (let i = 0, p = x + (j << 2); i < k; i++, p += 64) {
      const v = load<f32>(p)
      if (abs(v) > abs(most)) most = v
    }
    const scale = most * <f32>-0.125, by: f32 = scale == 0 ? 0 : <f32>1 / scale
    store<f32>(y + (j << 2), scale)
    for (let i = 0, p = x + (j << 2), q = y + 64 + (j & 7); i < k; i++, p += 64, q += 8) {
      const n = <u32>max(0, min(15, <i32>nearest(load<f32>(p) * by) + 8)), old = <u32>load<u8>(q)
      store<u8>(q, j < 8 ? old & 0xf0 | n : old & 0x0f | n << 4)
    }
  }
}

/** Whole numbers with scales that are given, in int8 or int4: nothing is lost. */
function numbers(x: usize, y: usize, k: i32, held: i32, scales: usize, zero: f32): void {
  const z = f32x4.splat(zero)
  for (let row = 0; row < k; row++) {
    if (held == Held.Int4 ? !(row & 31) : !row) {
      memory.copy(y, scales, 64)
      // A block that is not full ends in zeros.
      if (held == Held.Int4) memory.fill(y + 64, 0x88, 256)
      y += 64; scales += 64
    }
    const a = i32x4.trunc_sat_f32x4_s(f32x4.sub(v128.load(x), z)), b = i32x4.trunc_sat_f32x4_s(f32x4.sub(v128.load(x, 16), z))
    const c = i32x4.trunc_sat_f32x4_s(f32x4.sub(v128.load(x, 32), z)), d = i32x4.trunc_sat_f32x4_s(f32x4.sub(v128.load(x, 48), z))
    const n = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d))
    if (held == Held.Int8) { v128.store(y, n); y += 16 } else {
      // Columns 0 to 7 in the low bits, 8 to 15 in the high ones.
      const u = i8x16.add(n, i8x16.splat(8))
      v128.store64_lane(y, v128.or(u, i8x16.shl(i8x16.shuffle(u, u, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7), 4)), 0)
      y += 8
    }
    x += 64
  }
}
