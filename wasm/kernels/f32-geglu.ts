import { f32_vgelu } from './f32-vact'

/** y[row][n] = x[row][i] gelu(x[row][n + i]): a gated linear unit over the two halves of a row; n is a multiple of 4. */
@unmanaged
export class GegluArgs { x: usize; y: usize; n: i32 }

/** Tiles: rows. */
export function f32_geglu(args: GegluArgs, begin: u32, end: u32): void {
  const half = <usize>args.n << 2
  for (let t = <usize>begin; t < <usize>end; t++) {
    const x = args.x + t * half * 2, g = x + half, y = args.y + t * half
    let i: usize = 0
    for (; i + 32 <= half; i += 32) {
      const a = f32x4.mul(v128.load(x + i), f32_vgelu(v128.load(g + i))), b = f32x4.mul(v128.load(x + i, 16), f32_vgelu(v128.load(g + i, 16)))
      v128.store(y + i, a); v128.store(y + i, b, 16)
    }
    for (; i < half; i += 16) v128.store(y + i, f32x4.mul(v128.load(x + i), f32_vgelu(v128.load(g + i))))
  }
}
