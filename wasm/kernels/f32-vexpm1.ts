import { madd } from './lanes'
import { f32_vexp, f32_vexp_whole } from './f32-vexp'

/** Taylor's coefficients 1/7!, 1/6! ... 1/2!, and those of tanh. */
const K: usize = memory.data<f32>([
  1.98412698e-4, 1.38888889e-3, 8.33333333e-3, 4.16666667e-2, 1.66666667e-1, 0.5,
  -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1,
])

/** exp(x) - 1 within 3e-7 of its size: a series below 1/2. */
// @ts-ignore: decorator
@inline
export function f32_vexpm1(x: v128): v128 {
  let p = madd(v128.load32_splat(K), x, v128.load32_splat(K, 4))
  p = madd(p, x, v128.load32_splat(K, 8))
  p = madd(p, x, v128.load32_splat(K, 12))
  p = madd(p, x, v128.load32_splat(K, 16))
  p = madd(p, x, v128.load32_splat(K, 20))
  const near = madd(f32x4.mul(x, x), p, x)
  return v128.bitselect(near, f32x4.sub(f32_vexp_whole(x), f32x4.splat(1)), f32x4.lt(f32x4.abs(x), f32x4.splat(0.5)))
}

/** tanh(x) within 2e-7 of its size: an odd polynomial of degree 11 below 5/8 (S. L. Moshier, Cephes), 1 - 2 / (exp(2x) + 1) above. */
// @ts-ignore: decorator
@inline
export function f32_vtanh(x: v128): v128 {
  const a = f32x4.abs(x), z = f32x4.mul(x, x), one = f32x4.splat(1)
  let p = madd(v128.load32_splat(K, 24), z, v128.load32_splat(K, 28))
  p = madd(p, z, v128.load32_splat(K, 32))
  p = madd(p, z, v128.load32_splat(K, 36))
  p = madd(p, z, v128.load32_splat(K, 40))
  const near = madd(f32x4.mul(p, z), x, x)
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(f32_vexp(f32x4.add(a, a)), one)))
  return v128.bitselect(near, v128.or(far, v128.and(x, i32x4.splat(0x80000000))), f32x4.lt(a, f32x4.splat(0.625)))
}

/** sinh(x): by t = exp(|x|) - 1 below 1/2, (t + t / (t + 1)) / 2; above by h = exp(|x| / 2), whose square may be too large. */
// @ts-ignore: decorator
@inline
export function f32_vsinh(x: v128): v128 {
  const half = f32x4.splat(0.5), a = f32x4.abs(x), t = f32_vexpm1(a), near = f32x4.mul(half, f32x4.add(t, f32x4.div(t, f32x4.add(t, f32x4.splat(1)))))
  const h = f32_vexp_whole(f32x4.mul(a, half)), g = f32x4.mul(h, half), far = f32x4.sub(f32x4.mul(g, h), f32x4.div(half, f32x4.mul(h, h)))
  return v128.or(v128.bitselect(near, far, f32x4.lt(a, half)), v128.and(x, i32x4.splat(0x80000000)))
}

/** cosh(x), as sinh. */
// @ts-ignore: decorator
@inline
export function f32_vcosh(x: v128): v128 {
  const half = f32x4.splat(0.5), h = f32_vexp_whole(f32x4.mul(f32x4.abs(x), half)), g = f32x4.mul(h, half)
  return f32x4.add(f32x4.mul(g, h), f32x4.div(half, f32x4.mul(h, h)))
}
