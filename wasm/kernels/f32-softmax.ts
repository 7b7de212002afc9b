import { f32_vexp_whole } from './f32-vexp'
import { scratch } from './scratch'
import { sumLanes } from './lanes'

/** Rows of n values: y = exp(x - max) / sum, or its logarithm. */
@unmanaged
export class SoftmaxArgs { x: usize; y: usize; n: i32; log: i32 }

/** Tiles: rows. */
export function f32_softmax(args: SoftmaxArgs, begin: u32, end: u32): void {
  const bytes = <usize>args.n << 2
  for (let t = begin; t < end; t++) row(args.x + <usize>t * bytes, args.y + <usize>t * bytes, bytes, args.log != 0)
}

/** The last values of a row are padded in scratch with what the exponential makes 0. y may be x. */
function row(x: usize, y: usize, bytes: usize, log: bool): void {
  const whole = bytes & ~31, rest = bytes - whole, least = f32x4.splat(-Infinity)
  v128.store(scratch, least); v128.store(scratch, least, 16)
  memory.copy(scratch, x + whole, rest)
  let m0 = v128.load(scratch), m1 = v128.load(scratch, 16)
  for (let c: usize = 0; c < whole; c += 32) {
    m0 = f32x4.pmax(m0, v128.load(x + c)); m1 = f32x4.pmax(m1, v128.load(x + c, 16))
  }
  m0 = f32x4.pmax(m0, m1)
  const most = max(max(f32x4.extract_lane(m0, 0), f32x4.extract_lane(m0, 1)), max(f32x4.extract_lane(m0, 2), f32x4.extract_lane(m0, 3)))
  const m = f32x4.splat(most)
  let s0 = f32x4.splat(0), s1 = s0
  for (let c: usize = 0; c < whole; c += 32) {
    const a = f32_vexp_whole(f32x4.sub(v128.load(x + c), m)), b = f32_vexp_whole(f32x4.sub(v128.load(x + c, 16), m))
    if (!log) { v128.store(y + c, a); v128.store(y + c, b, 16) }
    s0 = f32x4.add(s0, a); s1 = f32x4.add(s1, b)
  }
  if (rest) {
    const a = f32_vexp_whole(f32x4.sub(v128.load(scratch), m)), b = f32_vexp_whole(f32x4.sub(v128.load(scratch, 16), m))
    if (!log) { v128.store(scratch, a); v128.store(scratch, b, 16) }
    s0 = f32x4.add(s0, a); s1 = f32x4.add(s1, b)
  }
  const sum = sumLanes(f32x4.add(s0, s1))
  if (log) finish(x, y, whole, rest, most, <f32>Math.log(sum), 1)
  else finish(y, y, whole, rest, 0, 0, 1 / sum)
}

/** y = ((x - a) - b) scale, the rest being in scratch. */
function finish(x: usize, y: usize, whole: usize, rest: usize, a: f32, b: f32, scale: f32): void {
  const p = f32x4.splat(a), q = f32x4.splat(b), r = f32x4.splat(scale)
  for (let c: usize = 0; c < whole; c += 16) v128.store(y + c, f32x4.mul(f32x4.sub(f32x4.sub(v128.load(x + c), p), q), r))
  for (let c: usize = 0; c < rest; c += 16) v128.store(scratch + c, f32x4.mul(f32x4.sub(f32x4.sub(v128.load(scratch + c), p), q), r))
  memory.copy(y + whole, scratch, rest)
}
