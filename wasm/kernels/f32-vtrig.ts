import { madd } from './lanes'

/** 4 / pi, -pi / 4 in three parts, polynomials of sine and cosine on [-pi / 4, pi / 4]. */
const K: usize = memory.data<f32>([
  1.27323954473516, -0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8,
  -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1, 2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2,
])
/** Up to here the three parts reduce an argument exactly enough. */
const MOST: f32 = 8192

/** Whether all four arguments are in the range of f32_vsin and f32_vcos. */
// @ts-ignore: decorator
@inline
export function f32_vtrig_fits(x: v128): bool { return i32x4.all_true(f32x4.lt(f32x4.abs(x), f32x4.splat(MOST))) }

/** sin(x) within 1e-7 for |x| < 8192: octants by three-part reduction, polynomials of degree 7 and 8 (S. L. Moshier, Cephes). */
// @ts-ignore: decorator
@inline
export function f32_vsin(x: v128): v128 {
  const a = f32x4.abs(x), j = octant(a), flip = i32x4.shl(v128.and(j, i32x4.splat(4)), 29)
  return v128.xor(wave(a, j, i32x4.splat(0)), v128.xor(flip, v128.and(x, i32x4.splat(0x80000000))))
}

/** cos(x), as f32_vsin. */
// @ts-ignore: decorator
@inline
export function f32_vcos(x: v128): v128 {
  const a = f32x4.abs(x), j = octant(a), flip = i32x4.shl(v128.and(i32x4.add(j, i32x4.splat(2)), i32x4.splat(4)), 29)
  return v128.xor(wave(a, j, i32x4.splat(2)), flip)
}

/** The even number of eighths of a turn next to x. */
// @ts-ignore: decorator
@inline
function octant(a: v128): v128 {
  return v128.and(i32x4.add(i32x4.trunc_sat_f32x4_s(f32x4.mul(a, v128.load32_splat(K))), i32x4.splat(1)), i32x4.splat(-2))
}

/** The sine of what is left after the octant, or (every other quarter, counted from `shift`) its cosine. */
// @ts-ignore: decorator
@inline
function wave(a: v128, j: v128, shift: v128): v128 {
  const n = f32x4.convert_i32x4_s(j), r = madd(n, v128.load32_splat(K, 12), madd(n, v128.load32_splat(K, 8), madd(n, v128.load32_splat(K, 4), a))), z = f32x4.mul(r, r)
  const s = madd(f32x4.mul(madd(madd(v128.load32_splat(K, 16), z, v128.load32_splat(K, 20)), z, v128.load32_splat(K, 24)), z), r, r)
  const c = madd(madd(madd(v128.load32_splat(K, 28), z, v128.load32_splat(K, 32)), z, v128.load32_splat(K, 36)), f32x4.mul(z, z), madd(z, f32x4.splat(-0.5), f32x4.splat(1)))
  return v128.bitselect(s, c, i32x4.eq(v128.and(i32x4.add(j, shift), i32x4.splat(2)), i32x4.splat(0)))
}
