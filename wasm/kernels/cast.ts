import { halves } from './f32-widen'

/** y = x in another type, one of the two float32. Types by number: float32, float16, int64, int32, bool, uint8, int8, float64, bfloat16. A tile is 512 values. */
@unmanaged export class CastArgs { x: usize; y: usize; n: u32; from: u32; to: u32 }

// @ts-ignore: decorator
@inline function fromHalf(h: u32): f32 {
  const s = (h & 0x8000) << 16, e = h >> 10 & 31, m = h & 1023;
  if (e == 31) return reinterpret<f32>(s | 0x7f800000 | m << 13);
  if (e == 0) return reinterpret<f32>(s | reinterpret<u32>(<f32>m * <f32>5.9604644775390625e-8));
  return reinterpret<f32>(s | (e + 112 << 23) | m << 13);
}
// @ts-ignore: decorator
@inline function toHalf(v: f32): u32 {
  const u = reinterpret<u32>(v), s = u >> 16 & 0x8000, a = u & 0x7fffffff;
  if (a > 0x7f800000) return s | 0x7e00;
  if (a >= 0x477ff000) return s | 0x7c00;
  if (a < 0x38800000) return s | <u32>nearest(reinterpret<f32>(a) * <f32>16777216);
  return s | (a - 0x38000000 + 0xfff + (a >> 13 & 1) >> 13);
}

// @ts-ignore: decorator
@inline function read(x: usize, i: u32, from: u32): f32 {
  switch (from) {
    case 0: return load<f32>(x + (i << 2));
    case 1: return fromHalf(load<u16>(x + (i << 1)));
    case 2: return <f32>load<i64>(x + (i << 3));
    case 3: return <f32>load<i32>(x + (i << 2));
    case 4: case 5: return <f32>load<u8>(x + i);
    case 6: return <f32>load<i8>(x + i);
    case 7: return <f32>load<f64>(x + (i << 3));
    default: return reinterpret<f32>(<u32>load<u16>(x + (i << 1)) << 16);
  }
}
// @ts-ignore: decorator
@inline function write(y: usize, i: u32, to: u32, v: f32): void {
  switch (to) {
    case 0: store<f32>(y + (i << 2), v); break;
    case 1: store<u16>(y + (i << 1), <u16>toHalf(v)); break;
    case 2: store<i64>(y + (i << 3), <i64>v); break;
    case 3: store<i32>(y + (i << 2), <i32>v); break;
    case 4: store<u8>(y + i, v != 0 ? 1 : 0); break;
    case 7: store<f64>(y + (i << 3), <f64>v); break;
    default: { const u = reinterpret<u32>(v); store<u16>(y + (i << 1), v != v ? 0x7fc0 : <u16>(u + 0x7fff + (u >> 16 & 1) >> 16)); }
  }
}

// @ts-ignore: decorator
@inline function bytes(v: v128, signed: bool, y: usize): void {
  const p = signed ? i16x8.extend_low_i8x16_s(v) : i16x8.extend_low_i8x16_u(v), q = signed ? i16x8.extend_high_i8x16_s(v) : i16x8.extend_high_i8x16_u(v);
  v128.store(y, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(p))); v128.store(y, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(p)), 16);
  v128.store(y, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(q)), 32); v128.store(y, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(q)), 48);
}

export function cast(a: CastArgs, begin: u32, end: u32): void {
  let i = begin << 9
  const n = min(end << 9, a.n)
  if (a.from == 1 && a.to == 0) {
    const whole = <i32>(n - i >> 4)
    halves(a.x + (i << 1), a.y + (i << 2), whole)
    i += <u32>whole << 4
  }
  if ((a.from == 5 || a.from == 6) && a.to == 0) for (; i + 16 <= n; i += 16) bytes(v128.load(a.x + i), a.from == 6, a.y + (i << 2));
  for (; i < n; i++) write(a.y, i, a.to, read(a.x, i, a.from));
}
