/** Filters [group * n][c][taps] as panels [group][n/16][taps * c][16] for `f32_conv`, the last panel of a group padded with zeros. */
@unmanaged
export class PackConvArgs { x: usize; y: usize; n: i32; c: i32; taps: i32 }

/** Tiles: panels, group after group. */
export function f32_pack_conv(args: PackConvArgs, begin: u32, end: u32): void {
  const panels = (args.n + 15) / 16, filter = <usize>(args.c * args.taps) << 2
  for (let t = <i32>begin; t < <i32>end; t++) {
    const group = t / panels, n0 = (t - group * panels) << 4, n = min(16, args.n - n0)
    const x = args.x + <usize>(group * args.n + n0) * filter
    let y = args.y + (<usize>t * filter << 4)
    if (n < 16) memory.fill(y, 0, filter << 4)
    for (let tap = 0; tap < args.taps; tap++) for (let c = 0; c < args.c; c++, y += 64) {
      for (let j = 0, p = x + (<usize>(c * args.taps + tap) << 2); j < n; j++, p += filter) store<u32>(y + (<usize>j << 2), load<u32>(p))
    }
  }
}
