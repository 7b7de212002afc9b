import { madd } from './lanes'

/** Rows of n values: y = (x - mean) / sqrt(variance + epsilon) * gamma + beta. gamma and beta may be 0 (absent). `rms` leaves the mean alone. */
@unmanaged
export class LayerNormArgs {
  x: usize; y: usize; gamma: usize; beta: usize
  n: i32; epsilon: f32; rms: i32
}

// @ts-ignore: decorator
@inline
function sum(a: v128): f64 {
  return (<f64>f32x4.extract_lane(a, 0) + <f64>f32x4.extract_lane(a, 1)) + (<f64>f32x4.extract_lane(a, 2) + <f64>f32x4.extract_lane(a, 3))
}

/** Tiles: rows. */
export function f32_layer_norm(args: LayerNormArgs, begin: u32, end: u32): void {
  const bytes = <usize>args.n << 2, whole = bytes & ~31
  for (let t = begin; t < end; t++) {
    const x = args.x + <usize>t * bytes, y = args.y + <usize>t * bytes
    let mean: f64 = 0
    if (!args.rms) {
      let s0 = f32x4.splat(0), s1 = s0, c: usize = 0
      for (; c < whole; c += 32) {
        s0 = f32x4.add(s0, v128.load(x + c))
        s1 = f32x4.add(s1, v128.load(x + c, 16))
      }
      mean = sum(f32x4.add(s0, s1))
      for (; c < bytes; c += 4) mean += load<f32>(x + c)
      mean /= args.n
    }
    const m = f32x4.splat(<f32>mean)
    let s0 = f32x4.splat(0), s1 = s0, c: usize = 0
    for (; c < whole; c += 32) {
      const d0 = f32x4.sub(v128.load(x + c), m), d1 = f32x4.sub(v128.load(x + c, 16), m)
      s0 = madd(d0, d0, s0); s1 = madd(d1, d1, s1)
    }
    let variance = sum(f32x4.add(s0, s1))
    for (; c < bytes; c += 4) {
      const d = load<f32>(x + c) - <f32>mean
      variance += d * d
    }
    const scale = <f32>(1 / Math.sqrt(variance / args.n + args.epsilon)), r = f32x4.splat(scale)
    for (c = 0; c < whole; c += 32) {
      let u = f32x4.mul(f32x4.sub(v128.load(x + c), m), r), v = f32x4.mul(f32x4.sub(v128.load(x + c, 16), m), r)
      if (args.gamma) { u = f32x4.mul(u, v128.load(args.gamma + c)); v = f32x4.mul(v, v128.load(args.gamma + c, 16)) }
      if (args.beta) { u = f32x4.add(u, v128.load(args.beta + c)); v = f32x4.add(v, v128.load(args.beta + c, 16)) }
      v128.store(y + c, u); v128.store(y + c, v, 16)
    }
    for (; c < bytes; c += 4) {
      let u = (load<f32>(x + c) - <f32>mean) * scale
      if (args.gamma) u *= load<f32>(args.gamma + c)
      if (args.beta) u += load<f32>(args.beta + c)
      store<f32>(y + c, u)
    }
  }
}
