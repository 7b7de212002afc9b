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
  const panels = (args.n + 15) / 16, plane = <usize>(panels * args.c) << 6, matrix = args.side == 4 ? G4 : G6
  for (let t = <i32>begin; t < <i32>end; t++) {
    for (let c = 0; c < args.c; c++) for (let j = 0; j < 16; j++) {
      const n = (t << 4) + j, x = args.x + <usize>(n * args.c + c) * 36
      let y = args.y + (<usize>(t * args.c + c) << 6) + (<usize>j << 2)
      for (let f = 0, g = matrix; f < args.side; f++, g += 24) {
        let u: f64 = 0, v: f64 = 0, w: f64 = 0
        if (n < args.n) {
          const g0 = load<f64>(g), g1 = load<f64>(g, 8), g2 = load<f64>(g, 16)
          u = g0 * load<f32>(x) + g1 * load<f32>(x, 12) + g2 * load<f32>(x, 24)
          v = g0 * load<f32>(x, 4) + g1 * load<f32>(x, 16) + g2 * load<f32>(x, 28)
          w = g0 * load<f32>(x, 8) + g1 * load<f32>(x, 20) + g2 * load<f32>(x, 32)
        }
        for (let e = 0, h = matrix; e < args.side; e++, h += 24, y += plane) store<f32>(y, <f32>(u * load<f64>(h) + v * load<f64>(h, 8) + w * load<f64>(h, 16)))
      }
    }
  }
}
