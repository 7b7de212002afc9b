import { madd } from './lanes'
import { f32_vexp } from './f32-vexp'

/** Least normal float, 2^23, sqrt 2, ln 2 in two parts, 1/2, 1, and the polynomial of (log(1 + f) - f + f^2 / 2) / f^3. */
const K: usize = memory.data<f32>([
  1.17549435e-38, 8388608.0, 1.41421356237, 0.693359375, -2.12194440e-4, -0.5, 1.0,
  7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
])

/** log(x) within 2e-7 of its size: x = 2^e (1 + f), sqrt(1/2) <= 1 + f < sqrt 2, a polynomial of degree 8 in f (S. L. Moshier, Cephes). Denormal numbers are scaled up. */
// @ts-ignore: decorator
@inline
export function f32_vlog(x: v128): v128 {
  const one = v128.load32_splat(K, 24), tiny = f32x4.lt(x, v128.load32_splat(K))
  const bits = v128.bitselect(f32x4.mul(x, v128.load32_splat(K, 4)), x, tiny)
  let e = i32x4.sub(i32x4.sub(i32x4.shr_u(bits, 23), i32x4.splat(127)), v128.and(tiny, i32x4.splat(23)))
  let m = v128.or(v128.and(bits, i32x4.splat(0x7fffff)), one)
  const upper = f32x4.gt(m, v128.load32_splat(K, 8))
  m = v128.bitselect(f32x4.mul(m, f32x4.splat(0.5)), m, upper)
  e = i32x4.sub(e, upper)
  const f = f32x4.sub(m, one), z = f32x4.mul(f, f), n = f32x4.convert_i32x4_s(e)
  let p = madd(v128.load32_splat(K, 28), f, v128.load32_splat(K, 32))
  p = madd(p, f, v128.load32_splat(K, 36))
  p = madd(p, f, v128.load32_splat(K, 40))
  p = madd(p, f, v128.load32_splat(K, 44))
  p = madd(p, f, v128.load32_splat(K, 48))
  p = madd(p, f, v128.load32_splat(K, 52))
  p = madd(p, f, v128.load32_splat(K, 56))
  p = madd(p, f, v128.load32_splat(K, 60))
  p = f32x4.mul(p, f32x4.mul(f, z))
  p = madd(n, v128.load32_splat(K, 16), p)
  p = madd(z, v128.load32_splat(K, 20), p)
  let y = madd(n, v128.load32_splat(K, 12), f32x4.add(f, p))
  const zero = f32x4.splat(0)
  y = v128.bitselect(x, y, f32x4.eq(x, f32x4.splat(Infinity)))
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.eq(x, zero))
  return v128.or(y, v128.not(f32x4.ge(x, zero)))
}

/** log(1 + exp(x)). log(1 + u) is log(w) u / (w - 1) for the float w next to 1 + u, which undoes the rounding of w. */
// @ts-ignore: decorator
@inline
export function f32_vsoftplus(x: v128): v128 {
  const one = v128.load32_splat(K, 24), u = f32_vexp(f32x4.neg(f32x4.abs(x))), w = f32x4.add(one, u), d = f32x4.sub(w, one)
  const l = v128.bitselect(u, f32x4.div(f32x4.mul(f32_vlog(w), u), d), f32x4.eq(d, f32x4.splat(0)))
  return f32x4.add(f32x4.max(x, f32x4.splat(0)), l)
}
