import { madd } from './lanes'

/** Constants are loaded, not splatted: V8 rebuilds a splat at every use. Bounds, magic, polynomial. */
const K: usize = memory.data<f32>([
  -126.0, 126.0, 12582912.0, 1.3276471992760908e-3, 9.675541334451728e-3, 5.550713273497332e-2, 2.4022119723840066e-1, 6.931469670647608e-1, 1.0,
])

/** 2^x within 2e-7, x being in [-126, 126] or clamped to it: the whole part by the magic-number addition, the rest by a minimax polynomial of degree 5. */
// @ts-ignore: decorator
@inline
export function f32_vexp2(x: v128, clamped: bool = true): v128 {
  const y = clamped ? f32x4.pmin(f32x4.pmax(x, v128.load32_splat(K)), v128.load32_splat(K, 4)) : x
  const magic = v128.load32_splat(K, 8), n = f32x4.add(y, magic), r = f32x4.sub(y, f32x4.sub(n, magic))
  let p = madd(v128.load32_splat(K, 12), r, v128.load32_splat(K, 16))
  p = madd(p, r, v128.load32_splat(K, 20))
  p = madd(p, r, v128.load32_splat(K, 24))
  p = madd(p, r, v128.load32_splat(K, 28))
  p = madd(p, r, v128.load32_splat(K, 32))
  return i32x4.add(p, i32x4.shl(n, 23))
}
