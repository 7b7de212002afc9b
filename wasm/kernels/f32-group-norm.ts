import { madd } from './lanes'
import { f32_vsilu } from './f32-vact'
import { f32_row_act } from './f32-epilogue'

/**
 * Group normalisation of NHWC in three launches: sums of each block of pixels, scale and shift of each channel, application.
 * Sums are taken of x less the channel's first pixel, so that a large mean does not eat the variance.
 */
@unmanaged
export class GroupNormArgs {
  x: usize; y: usize
  /** c values each. */
  gamma: usize; beta: usize
  /** [batch][block][2][c], then [batch][2][c]. */
  sums: usize; scale: usize
  pixels: i32; c: i32; groups: i32
  /** Pixels of a block, and how many there are in a picture. */
  block: i32; blocks: i32
  epsilon: f32
  /** 0, or an activation (Act). */
  act: i32
}

/** Tiles: blocks of pixels, batch after batch. */
export function f32_group_norm_sum(args: GroupNormArgs, begin: u32, end: u32): void {
  const pixel = <usize>args.c << 2
  for (let t = <i32>begin; t < <i32>end; t++) {
    const batch = t / args.blocks, p0 = (t - batch * args.blocks) * args.block, m = min(args.block, args.pixels - p0)
    const origin = args.x + <usize>(batch * args.pixels) * pixel, x = origin + <usize>p0 * pixel
    const s = args.sums + <usize>t * 2 * pixel, q = s + pixel
    let c: usize = 0
    for (; c + 32 <= pixel; c += 32) {
      const k0 = v128.load(origin + c), k1 = v128.load(origin + c, 16)
      let s0 = f32x4.splat(0), s1 = s0, q0 = s0, q1 = s0
      for (let i = 0, p = x + c; i < m; i++, p += pixel) {
        const d0 = f32x4.sub(v128.load(p), k0), d1 = f32x4.sub(v128.load(p, 16), k1)
        s0 = f32x4.add(s0, d0); s1 = f32x4.add(s1, d1)
        q0 = madd(d0, d0, q0); q1 = madd(d1, d1, q1)
      }
      v128.store(s + c, s0); v128.store(s + c, s1, 16)
      v128.store(q + c, q0); v128.store(q + c, q1, 16)
    }
    for (; c < pixel; c += 4) {
      const k = load<f32>(origin + c)
      let sum: f32 = 0, square: f32 = 0
      for (let i = 0, p = x + c; i < m; i++, p += pixel) {
        const d = load<f32>(p) - k
        sum += d
        square += d * d
      }
      store<f32>(s + c, sum)
      store<f32>(q + c, square)
    }
  }
}

/** Tiles: groups, batch after batch. Channels' means and squared deviations are put together in double precision. */
export function f32_group_norm_scale(args: GroupNormArgs, begin: u32, end: u32): void {
  const pixel = <usize>args.c << 2, width = args.c / args.groups, n = <f64>args.pixels
  for (let t = <i32>begin; t < <i32>end; t++) {
    const batch = t / args.groups, from = <usize>((t - batch * args.groups) * width) << 2, to = from + (<usize>width << 2)
    const origin = args.x + <usize>(batch * args.pixels) * pixel, sums = args.sums + <usize>(batch * args.blocks) * 2 * pixel
    let total: f64 = 0, squares: f64 = 0, deviation: f64 = 0
    for (let c = from; c < to; c += 4) {
      let s: f64 = 0, q: f64 = 0
      for (let i = 0, p = sums + c; i < args.blocks; i++, p += 2 * pixel) {
        s += load<f32>(p)
        q += load<f32>(p + pixel)
      }
      const mean = load<f32>(origin + c) + s / n
      total += mean
      squares += mean * mean
      deviation += q - s * s / n
    }
    const mean = total / width, variance = deviation / (n * width) + max(0, squares / width - mean * mean)
    const r = 1 / Math.sqrt(variance + args.epsilon)
    const a = args.scale + <usize>batch * 2 * pixel, b = a + pixel
    for (let c = from; c < to; c += 4) {
      const g = r * load<f32>(args.gamma + c)
      store<f32>(a + c, <f32>g)
      store<f32>(b + c, <f32>(load<f32>(args.beta + c) - mean * g))
    }
  }
}

/** Tiles: blocks of pixels, batch after batch. */
export function f32_group_norm_apply(args: GroupNormArgs, begin: u32, end: u32): void {
  const pixel = <usize>args.c << 2, silu = args.act == 2
  for (let t = <i32>begin; t < <i32>end; t++) {
    const batch = t / args.blocks, p0 = (t - batch * args.blocks) * args.block, m = min(args.block, args.pixels - p0)
    const a = args.scale + <usize>batch * 2 * pixel, b = a + pixel, offset = <usize>(batch * args.pixels + p0) * pixel
    for (let i = 0, x = args.x + offset, y = args.y + offset; i < m; i++, x += pixel, y += pixel) {
      let c: usize = 0
      if (silu) for (; c + 32 <= pixel; c += 32) {
        const u = madd(v128.load(x + c), v128.load(a + c), v128.load(b + c)), v = madd(v128.load(x + c, 16), v128.load(a + c, 16), v128.load(b + c, 16))
        const f = f32_vsilu(u), g = f32_vsilu(v)
        v128.store(y + c, f); v128.store(y + c, g, 16)
      } else for (; c + 32 <= pixel; c += 32) {
        const u = madd(v128.load(x + c), v128.load(a + c), v128.load(b + c)), v = madd(v128.load(x + c, 16), v128.load(a + c, 16), v128.load(b + c, 16))
        v128.store(y + c, u); v128.store(y + c, v, 16)
      }
      const rest = c
      for (; c < pixel; c += 4) store<f32>(y + c, load<f32>(x + c) * load<f32>(a + c) + load<f32>(b + c))
      if (silu) { if (rest < pixel) f32_row_act(y + rest, y + rest, <i32>((pixel - rest) >> 2), args.act) }
      else if (args.act) f32_row_act(y, y, args.c, args.act)
    }
  }
}
