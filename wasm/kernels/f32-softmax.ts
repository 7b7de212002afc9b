import { f32_vexp } from './f32-vexp'
import { scratch } from './scratch'

/** Rows of n values: y = exp(x - max) / sum. */
@unmanaged
export class SoftmaxArgs { x: usize; y: usize; n: i32 }

/** Tiles: rows. */
export function f32_softmax(args: SoftmaxArgs, begin: u32, end: u32): void {
  const bytes = <usize>args.n << 2
  for (let t = begin; t < end; t++) row(args.x + <usize>t * bytes, args.y + <usize>t * bytes, args.n)
}

/** The last values of a row are padded in scratch with the least float, whose exp against a larger one is 0. */
function row(x: usize, y: usize, n: i32): void {
  const bytes = <usize>n << 2, whole = bytes & ~31, rest = bytes - whole
  if (rest) {
    v128.store(scratch, f32x4.splat(-f32.MAX_VALUE)); v128.store(scratch, f32x4.splat(-f32.MAX_VALUE), 16)
    memory.copy(scratch, x + whole, rest)
  }
  let m0 = f32x4.splat(-f32.MAX_VALUE), m1 = m0
  for (let c: usize = 0; c < whole; c += 32) {
    m0 = f32x4.pmax(m0, v128.load(x + c)); m1 = f32x4.pmax(m1, v128.load(x + c, 16))
  }
  if (rest) { m0 = f32x4.pmax(m0, v128.load(scratch)); m1 = f32x4.pmax(m1, v128.load(scratch, 16)) }
  m0 = f32x4.pmax(m0, m1)
  const most = max(max(f32x4.extract_lane(m0, 0), f32x4.extract_lane(m0, 1)), max(f32x4.extract_lane(m0, 2), f32x4.extract_lane(m0, 3)))
  const m = f32x4.splat(most)
  let s0 = f32x4.splat(0), s1 = s0
  for (let c: usize = 0; c < whole; c += 32) {
    const a = f32_vexp(f32x4.sub(v128.load(x + c), m)), b = f32_vexp(f32x4.sub(v128.load(x + c, 16), m))
    v128.store(y + c, a); v128.store(y + c, b, 16)
    s0 = f32x4.add(s0, a); s1 = f32x4.add(s1, b)
  }
  if (rest) {
    const a = f32_vexp(f32x4.sub(v128.load(scratch), m)), b = f32_vexp(f32x4.sub(v128.load(scratch, 16), m))
    v128.store(scratch, a); v128.store(scratch, b, 16)
    memory.copy(y + whole, scratch, rest)
    s0 = f32x4.add(s0, a); s1 = f32x4.add(s1, b)
  }
  s0 = f32x4.add(s0, s1)
  const scale: f32 = 1 / ((f32x4.extract_lane(s0, 0) + f32x4.extract_lane(s0, 1)) + (f32x4.extract_lane(s0, 2) + f32x4.extract_lane(s0, 3)))
  const r = f32x4.splat(scale)
  let c: usize = 0
  for (; c < whole; c += 32) {
    const a = f32x4.mul(v128.load(y + c), r), b = f32x4.mul(v128.load(y + c, 16), r)
    v128.store(y + c, a); v128.store(y + c, b, 16)
  }
  for (; c < bytes; c += 4) store<f32>(y + c, load<f32>(y + c) * scale)
}
