import { scratch } from './scratch'

/** G g G^T of 3x3 filters [n][c][3][3], as panels [frequency][n/16][c][16]; side is 4 for F(2x2, 3x3), 6 for F(4x4, 3x3). */
@unmanaged
export class WinogradFilterArgs { x: usize; y: usize; side: i32; n: i32; c: i32 }

/** Filter matrices (Lavin and Gray 2016) for the points 0, 1, -1, infinity and 0, a, -a, b, -b, infinity with a = sqrt(1/2), b = sqrt 2. */
const G4: usize = memory.data<f64>([1, 0, 0, 0.5, 0.5, 0.5, 0.5, -0.5, 0.5, 0, 0, 1])
const G6: usize = memory.data<f64>([
  1, 0, 0,
  -0.66666666666666667, -0.47140452079103168, -0.33333333333333333, -0.66666666666666667, 0.47140452079103168, -0.33333333333333333,
  0.16666666666666667, 0.23570226039551584, 0.33333333333333333, 0.16666666666666667, -0.23570226039551584, 0.33333333333333333,
  0, 0, 1,
])

/** Tiles: panels of 16 filters. Sums in double precision, so that every build packs the same bits. */
export function f32_winograd_filter(args: WinogradFilterArgs, begin: u32, end: u32): void {
  const panels = (args.n + 15) / 16, plane = <usize>(panels * args.c) << 6, filter = <usize>args.c * 36, frequencies = args.side * args.side
  for (let t = <i32>begin; t < <i32>end; t++) for (let c = 0; c < args.c; c++) {
    // The planes lie a multiple of 4096 bytes apart: rows are put together first, so that each is written at once.
    for (let j = 0, to = scratch; j < 16; j += 4, to += 16) {
      const n = (t << 4) + j, x = args.x + <usize>n * filter + <usize>c * 36
      if (n + 4 <= args.n) four(x, filter, to, args.side)
      else for (let i: usize = 0; i < 4; i++) one(x + i * filter, n + <i32>i < args.n, to + (i << 2), args.side)
    }
    let y = args.y + (<usize>(t * args.c + c) << 6)
    for (let i = 0, from = scratch; i < frequencies; i++, from += 64, y += plane) {
      const p = v128.load(from), q = v128.load(from, 16), r = v128.load(from, 32), s = v128.load(from, 48)
      v128.store(y, p); v128.store(y, q, 16); v128.store(y, r, 32); v128.store(y, s, 48)
    }
  }
}

function one(x: usize, there: bool, y: usize, side: i32): void {
  const matrix = side == 4 ? G4 : G6
  for (let f = 0, g = matrix; f < side; f++, g += 24) {
    let u: f64 = 0, v: f64 = 0, w: f64 = 0
    if (there) {
      const g0 = load<f64>(g), g1 = load<f64>(g, 8), g2 = load<f64>(g, 16)
      u = g0 * load<f32>(x) + g1 * load<f32>(x, 12) + g2 * load<f32>(x, 24)
      v = g0 * load<f32>(x, 4) + g1 * load<f32>(x, 16) + g2 * load<f32>(x, 28)
      w = g0 * load<f32>(x, 8) + g1 * load<f32>(x, 20) + g2 * load<f32>(x, 32)
    }
    for (let e = 0, h = matrix; e < side; e++, h += 24, y += 64) store<f32>(y, <f32>(u * load<f64>(h) + v * load<f64>(h, 8) + w * load<f64>(h, 16)))
  }
}

/** Four filters, two in a vector. */
function four(x: usize, ldx: usize, y: usize, side: i32): void {
  const x1 = x + ldx, x2 = x1 + ldx, x3 = x2 + ldx
  pair(v128.load(x), v128.load(x1), v128.load(x, 16), v128.load(x1, 16), v128.load(x, 20), v128.load(x1, 20), y, side)
  pair(v128.load(x2), v128.load(x3), v128.load(x2, 16), v128.load(x3, 16), v128.load(x2, 20), v128.load(x3, 20), y + 8, side)
}

/** Two filters: their values 0 to 3, 4 to 7 and 5 to 8. */
// @ts-ignore: decorator
@inline
function pair(a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, y: usize, side: i32): void {
  const t0 = both(i32x4.shuffle(a, b, 0, 4, 0, 4)), t1 = both(i32x4.shuffle(a, b, 1, 5, 1, 5)), t2 = both(i32x4.shuffle(a, b, 2, 6, 2, 6)), t3 = both(i32x4.shuffle(a, b, 3, 7, 3, 7))
  const t4 = both(i32x4.shuffle(c, d, 0, 4, 0, 4)), t5 = both(i32x4.shuffle(c, d, 1, 5, 1, 5)), t6 = both(i32x4.shuffle(c, d, 2, 6, 2, 6)), t7 = both(i32x4.shuffle(c, d, 3, 7, 3, 7)), t8 = both(i32x4.shuffle(e, f, 3, 7, 3, 7))
  const matrix = side == 4 ? G4 : G6
  for (let k = 0, g = matrix; k < side; k++, g += 24) {
    const g0 = v128.load64_splat(g), g1 = v128.load64_splat(g, 8), g2 = v128.load64_splat(g, 16)
    const u = sum(g0, t0, g1, t3, g2, t6), v = sum(g0, t1, g1, t4, g2, t7), w = sum(g0, t2, g1, t5, g2, t8)
    for (let i = 0, h = matrix; i < side; i++, h += 24, y += 64) v128.store64_lane(y, f32x4.demote_f64x2_zero(sum(u, v128.load64_splat(h), v, v128.load64_splat(h, 8), w, v128.load64_splat(h, 16))), 0)
  }
}

// @ts-ignore: decorator
@inline function both(x: v128): v128 { return f64x2.promote_low_f32x4(x) }
// @ts-ignore: decorator
@inline function sum(a: v128, x: v128, b: v128, y: v128, c: v128, z: v128): v128 { return f64x2.add(f64x2.add(f64x2.mul(a, x), f64x2.mul(b, y)), f64x2.mul(c, z)) }
