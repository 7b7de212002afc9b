import { turn } from './f32-transpose'

/** Filters [group * n][c][taps] as panels [group][n/16][taps * c][16] for `f32_conv`, the last panel of a group padded with zeros. */
@unmanaged
export class PackConvArgs { x: usize; y: usize; n: i32; c: i32; taps: i32 }

/** Tiles: panels, group after group. */
export function f32_pack_conv(args: PackConvArgs, begin: u32, end: u32): void {
  const panels = (args.n + 15) / 16, filter = <usize>(args.c * args.taps) << 2
  for (let t = <i32>begin; t < <i32>end; t++) {
    const group = t / panels, n0 = (t - group * panels) << 4, n = min(16, args.n - n0)
    const x = args.x + <usize>(group * args.n + n0) * filter, y = args.y + (<usize>t * filter << 4)
    if (n == 16) panel(x, y, filter, args.c, args.taps)
    else partial(x, y, filter, args.c, args.taps, n)
  }
}

function partial(x: usize, y: usize, filter: usize, c: i32, taps: i32, n: i32): void {
  memory.fill(y, 0, filter << 4)
  for (let tap = 0; tap < taps; tap++) for (let i = 0; i < c; i++, y += 64) {
    for (let j = 0, p = x + (<usize>(i * taps + tap) << 2); j < n; j++, p += filter) store<u32>(y + (<usize>j << 2), load<u32>(p))
  }
}

/** Sixteen filters: each is read in order, four values at a time, which go to rows of the panel that are a tap apart. */
function panel(x: usize, y: usize, filter: usize, c: i32, taps: i32): void {
  const far = <usize>c << 6
  let tap = 0, i: usize = 0, o = y
  for (; i + 16 <= filter; i += 16) {
    const o0 = o
    if (++tap == taps) { tap = 0; o -= <usize>(taps - 1) * far - 64 } else o += far
    const o1 = o
    if (++tap == taps) { tap = 0; o -= <usize>(taps - 1) * far - 64 } else o += far
    const o2 = o
    if (++tap == taps) { tap = 0; o -= <usize>(taps - 1) * far - 64 } else o += far
    const o3 = o
    if (++tap == taps) { tap = 0; o -= <usize>(taps - 1) * far - 64 } else o += far
    let p = x + i
    for (let j: usize = 0; j < 64; j += 16, p += filter << 2) turn(p, filter, o0 + j, o1 + j, o2 + j, o3 + j)
  }
  for (; i < filter; i += 4) {
    for (let j: usize = 0, p = x + i; j < 64; j += 4, p += filter) store<u32>(o + j, load<u32>(p))
    if (++tap == taps) { tap = 0; o -= <usize>(taps - 1) * far - 64 } else o += far
  }
}
