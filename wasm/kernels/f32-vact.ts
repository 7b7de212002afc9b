import { madd } from './lanes'
import { f32_vexp } from './f32-vexp'
import { f32_verf } from './f32-verf'

const K: usize = memory.data<f32>([1.0, 0.5, 0.70710678118654752, 0.044715, -1.5957691216057308, -1.702])

// @ts-ignore: decorator
@inline
export function f32_vsigmoid(x: v128): v128 {
  const one = v128.load32_splat(K)
  return f32x4.div(one, f32x4.add(one, f32_vexp(f32x4.neg(x))))
}

/** x sigmoid(x). */
// @ts-ignore: decorator
@inline
export function f32_vsilu(x: v128): v128 {
  return f32x4.div(x, f32x4.add(v128.load32_splat(K), f32_vexp(f32x4.neg(x))))
}

/** x Phi(x) = x (1 + erf(x / sqrt 2)) / 2. */
// @ts-ignore: decorator
@inline
export function f32_vgelu(x: v128): v128 {
  const half = f32x4.mul(x, v128.load32_splat(K, 4))
  return madd(half, f32_verf(f32x4.mul(x, v128.load32_splat(K, 8))), half)
}

/** The tanh form: x / (1 + exp(-2 sqrt(2 / pi) (x + 0.044715 x^3))). */
// @ts-ignore: decorator
@inline
export function f32_vgelu_tanh(x: v128): v128 {
  const u = f32x4.mul(x, madd(f32x4.mul(x, x), v128.load32_splat(K, 12), v128.load32_splat(K)))
  return f32x4.div(x, f32x4.add(v128.load32_splat(K), f32_vexp(f32x4.mul(u, v128.load32_splat(K, 16)))))
}

/** x sigmoid(1.702 x). */
// @ts-ignore: decorator
@inline
export function f32_vgelu_quick(x: v128): v128 {
  return f32x4.div(x, f32x4.add(v128.load32_splat(K), f32_vexp(f32x4.mul(x, v128.load32_splat(K, 20)))))
}

/** Activations that a producing kernel applies on its way out; the numbers are in `wasm/ops/activation.ts` too. */
export enum Act { None, Relu, Silu, Gelu, GeluTanh, Sigmoid, GeluQuick }
