/** y[tile] = 128 bits that depend on all bytes of a tile of x: bytes [tile * chunk, (tile + 1) * chunk). */
@unmanaged
export class ChecksumArgs { x: usize; y: usize; bytes: u32; chunk: u32 }

/** xxHash's round on four lanes; the last line is filled up with zeros. */
export function checksum(args: ChecksumArgs, begin: u32, end: u32): void {
  const p1 = i32x4.splat(<i32>2654435761), p2 = i32x4.splat(<i32>2246822519)
  for (let t = begin; t < end; t++) {
    const from = args.x + <usize>t * args.chunk, n = min(args.chunk, args.bytes - t * args.chunk)
    let v = i32x4.splat(<i32>n), x = from
    for (const whole = from + (n & ~15); x < whole; x += 16) v = round(v, v128.load(x), p1, p2)
    if (n & 15) {
      const y = args.y + (<usize>t << 4)
      memory.fill(y, 0, 16)
      memory.copy(y, x, n & 15)
      v = round(v, v128.load(y), p1, p2)
    }
    v128.store(args.y + (<usize>t << 4), v)
  }
}

// @ts-ignore: decorator
@inline
function round(v: v128, x: v128, p1: v128, p2: v128): v128 {
  const s = i32x4.add(v, i32x4.mul(x, p2))
  return i32x4.mul(v128.or(i32x4.shl(s, 13), i32x4.shr_u(s, 19)), p1)
}
