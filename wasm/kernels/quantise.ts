/** y = round(x / scale) + zero, saturated to uint8 or int8; one scale, and one zero point (or none, 0) of y's type. A tile is 1024 values. */
@unmanaged export class QuantiseArgs { x: usize; scale: usize; zero: usize; y: usize; n: u32; signed: u32 }

export function f32_quantise(a: QuantiseArgs, begin: u32, end: u32): void {
  const scale = load<f32>(a.scale), zero = !a.zero ? <f32>0 : a.signed ? <f32>load<i8>(a.zero) : <f32>load<u8>(a.zero)
  const low: f32 = a.signed ? -128 : 0, high: f32 = a.signed ? 127 : 255, s = f32x4.splat(scale), z = f32x4.splat(zero), l = f32x4.splat(low), h = f32x4.splat(high)
  const last = min(end << 10, a.n)
  let i = begin << 10
  for (; i + 16 <= last; i += 16) {
    const x = a.x + (i << 2)
    const p = i16x8.narrow_i32x4_s(four(v128.load(x), s, z, l, h), four(v128.load(x, 16), s, z, l, h)), q = i16x8.narrow_i32x4_s(four(v128.load(x, 32), s, z, l, h), four(v128.load(x, 48), s, z, l, h))
    v128.store(a.y + i, a.signed ? i8x16.narrow_i16x8_s(p, q) : i8x16.narrow_i16x8_u(p, q))
  }
  for (; i < last; i++) store<u8>(a.y + i, <u8>i32x4.extract_lane(four(f32x4.splat(load<f32>(a.x + (i << 2))), s, z, l, h), 0))
}

// @ts-ignore: decorator
@inline
function four(x: v128, scale: v128, zero: v128, low: v128, high: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.min(high, f32x4.max(low, f32x4.add(f32x4.nearest(f32x4.div(x, scale)), zero))))
}

/** The least and the greatest of x and 0 in each tile of 4096 values, as pairs; then of all pairs what DynamicQuantizeLinear makes of them. */
@unmanaged export class RangeArgs { x: usize; pairs: usize; scale: usize; zero: usize; divisor: usize; n: u32 }

export function f32_range(a: RangeArgs, begin: u32, end: u32): void {
  for (let t = begin; t < end; t++) {
    const last = min((t + 1) << 12, a.n)
    let low: f32 = 0, high: f32 = 0
    for (let i = t << 12; i < last; i++) { const v = load<f32>(a.x + (i << 2)); low = min(low, v); high = max(high, v) }
    store<f32>(a.pairs + (t << 3), low); store<f32>(a.pairs + (t << 3), high, 4)
  }
}

/** `divisor` is the scale, or 1 where that is 0. One tile. */
export function f32_range_scale(a: RangeArgs, begin: u32, end: u32): void {
  let low: f32 = 0, high: f32 = 0
  for (let t: u32 = 0, tiles = (a.n + 4095) >> 12; t < tiles; t++) { low = min(low, load<f32>(a.pairs + (t << 3))); high = max(high, load<f32>(a.pairs + (t << 3), 4)) }
  const scale = <f32>((<f64>high - <f64>low) / 255)
  store<f32>(a.scale, scale)
  store<f32>(a.divisor, scale == 0 ? 1 : scale)
  store<u8>(a.zero, scale == 0 ? 0 : <u8>nearest(min<f32>(255, max<f32>(0, <f32>(-<f64>low / <f64>scale)))))
}

/** y = 16 high + low + before, or high + before without `low`; whole numbers, `before` int32 or 0. A tile is 1024 values. */
@unmanaged export class JoinArgs { high: usize; low: usize; before: usize; y: usize; n: u32 }

export function i32_join(a: JoinArgs, begin: u32, end: u32): void {
  const bytes = min(end << 10, a.n) << 2
  let i = begin << 12
  for (; i + 16 <= bytes; i += 16) v128.store(a.y + i, joined(a, i))
  for (let left = joined(a, i); i < bytes; i += 4) {
    store<i32>(a.y + i, i32x4.extract_lane(left, 0))
    left = i32x4.shuffle(left, left, 1, 2, 3, 0)
  }
}

// @ts-ignore: decorator
@inline
function joined(a: JoinArgs, i: usize): v128 {
  let v = i32x4.trunc_sat_f32x4_s(v128.load(a.high + i))
  if (a.low) v = i32x4.add(i32x4.shl(v, 4), i32x4.trunc_sat_f32x4_s(v128.load(a.low + i)))
  return a.before ? i32x4.add(v, v128.load(a.before + i)) : v
}
