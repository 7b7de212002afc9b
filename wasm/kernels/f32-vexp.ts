import { madd } from './lanes'

/** Constants are loaded, not splatted: V8 rebuilds a splat at every use. Bounds, 1 / ln 2, magic, -ln 2 (whole, then in two parts), polynomial. */
const K: usize = memory.data<f32>([
  -87.0, 88.0, 1.44269504088896341, 12582912.0, -0.693147180559945, -0.693359375, 2.12194440e-4,
  8.28929059e-3, 4.18978221e-2, 1.66676521e-1, 4.99991506e-1, 9.99999701e-1, 1.0,
])

/**
 * exp(x) within 3e-7 for x in [-87, 88], clamped outside (the order of operands keeps a NaN): 2^n by the magic-number addition, e^r by a minimax polynomial of degree 5.
 * Without a fused multiply-add ln 2 is subtracted in two parts.
 */
// @ts-ignore: decorator
@inline
export function f32_vexp(x: v128): v128 {
  return f32_vexp_bounded(f32x4.pmin(f32x4.pmax(x, v128.load32_splat(K)), v128.load32_splat(K, 4)))
}

/** The same for all x: infinite above 88.72, 0 below -87.33. */
// @ts-ignore: decorator
@inline
export function f32_vexp_whole(x: v128): v128 {
  const most = f32x4.splat(88.7228317), least = f32x4.splat(-87.3365448)
  const y = f32_vexp_bounded(f32x4.pmin(f32x4.pmax(x, least), most))
  return v128.and(v128.bitselect(f32x4.splat(Infinity), y, f32x4.gt(x, most)), v128.not(f32x4.lt(x, least)))
}

/** The same for |x| < 87 known beforehand. */
// @ts-ignore: decorator
@inline
export function f32_vexp_bounded(x: v128): v128 {
  const magic = v128.load32_splat(K, 12)
  const n = madd(x, v128.load32_splat(K, 8), magic), e = i32x4.shl(n, 23), m = f32x4.sub(n, magic)
  const r = ASC_FEATURE_RELAXED_SIMD ? madd(m, v128.load32_splat(K, 16), x) : madd(m, v128.load32_splat(K, 24), madd(m, v128.load32_splat(K, 20), x))
  let p = madd(v128.load32_splat(K, 28), r, v128.load32_splat(K, 32))
  p = madd(p, r, v128.load32_splat(K, 36))
  p = madd(p, r, v128.load32_splat(K, 40))
  p = madd(p, r, v128.load32_splat(K, 44))
  p = madd(p, r, v128.load32_splat(K, 48))
  return i32x4.add(p, e)
}
