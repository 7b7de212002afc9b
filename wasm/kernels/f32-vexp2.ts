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
  return power(
    y, v128.load32_splat(K, 8),
    v128.load32_splat(K, 12), v128.load32_splat(K, 16), v128.load32_splat(K, 20), v128.load32_splat(K, 24), v128.load32_splat(K, 28), v128.load32_splat(K, 32),
  )
}

/**
 * p = 2^p for `fours` groups of four rows of 16; adds the sums over the rows to `sums`. The same bits as f32_vexp2's, with constants that stay in registers:
 * for tiles of 128 bits, which leave it to memory to keep the scores until then.
 */
// @ts-ignore: decorator
@inline
export function f32_vexp2_rows(p: usize, sums: usize, fours: i32, clamped: bool): void {
  const least = v128.load32_splat(K), most = v128.load32_splat(K, 4), magic = v128.load32_splat(K, 8)
  const k5 = v128.load32_splat(K, 12), k4 = v128.load32_splat(K, 16), k3 = v128.load32_splat(K, 20), k2 = v128.load32_splat(K, 24), k1 = v128.load32_splat(K, 28), k0 = v128.load32_splat(K, 32)
  for (let j: usize = 0; j < 64; j += 16, p += 16) {
    let sum = v128.load(sums + j)
    for (let at = p, end = p + (<usize>fours << 8); at < end; at += 256) {
      let a = v128.load(at), b = v128.load(at, 64), c = v128.load(at, 128), d = v128.load(at, 192)
      if (clamped) {
        a = f32x4.pmin(f32x4.pmax(a, least), most); b = f32x4.pmin(f32x4.pmax(b, least), most)
        c = f32x4.pmin(f32x4.pmax(c, least), most); d = f32x4.pmin(f32x4.pmax(d, least), most)
      }
      a = power(a, magic, k5, k4, k3, k2, k1, k0); b = power(b, magic, k5, k4, k3, k2, k1, k0)
      c = power(c, magic, k5, k4, k3, k2, k1, k0); d = power(d, magic, k5, k4, k3, k2, k1, k0)
      v128.store(at, a); v128.store(at, b, 64); v128.store(at, c, 128); v128.store(at, d, 192)
      sum = f32x4.add(sum, f32x4.add(f32x4.add(a, b), f32x4.add(c, d)))
    }
    v128.store(sums + j, sum)
  }
}

// @ts-ignore: decorator
@inline
function power(y: v128, magic: v128, k5: v128, k4: v128, k3: v128, k2: v128, k1: v128, k0: v128): v128 {
  const n = f32x4.add(y, magic), r = f32x4.sub(y, f32x4.sub(n, magic))
  let p = madd(k5, r, k4)
  p = madd(p, r, k3)
  p = madd(p, r, k2)
  p = madd(p, r, k1)
  p = madd(p, r, k0)
  return i32x4.add(p, i32x4.shl(n, 23))
}
