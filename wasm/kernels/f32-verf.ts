import { madd } from './lanes'

const K: usize = memory.data<f32>([
  4.0, -4.0,
  -2.72614225801306e-10, 2.77068142495902e-8, -2.10102402082508e-6, -5.69250639462346e-5, -7.34990630326855e-4, -2.95459980854025e-3, -1.60960333262415e-2,
  -1.45660718464996e-5, -2.13374055278905e-4, -1.68282697438203e-3, -7.37332916720468e-3, -1.42647390514189e-2,
])

/** erf(x) within 3e-7: an odd rational minimax approximation x P(x^2) / Q(x^2) on [-4, 4], outside which a float is 1. */
// @ts-ignore: decorator
@inline
export function f32_verf(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, v128.load32_splat(K)), v128.load32_splat(K, 4))
  const s = f32x4.mul(x, x)
  let p = madd(v128.load32_splat(K, 8), s, v128.load32_splat(K, 12))
  p = madd(p, s, v128.load32_splat(K, 16))
  p = madd(p, s, v128.load32_splat(K, 20))
  p = madd(p, s, v128.load32_splat(K, 24))
  p = madd(p, s, v128.load32_splat(K, 28))
  p = madd(p, s, v128.load32_splat(K, 32))
  let q = madd(v128.load32_splat(K, 36), s, v128.load32_splat(K, 40))
  q = madd(q, s, v128.load32_splat(K, 44))
  q = madd(q, s, v128.load32_splat(K, 48))
  q = madd(q, s, v128.load32_splat(K, 52))
  return f32x4.div(f32x4.mul(x, p), q)
}
