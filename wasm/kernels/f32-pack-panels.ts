import { columns } from './f32-transpose'

/** B[batch][k][n], rows and columns at any stride (bytes), as panels [batch][n/16][k][16], the last one padded with zeros. */
@unmanaged
export class PackPanelsArgs {
  x: usize; y: usize
  k: i32; n: i32
  kStride: usize; nStride: usize; batchStride: usize
  /** Batches whose number has bit i of the outer dimensions: batch = outer * inner + i at outerStride * outer + batchStride * i. */
  inner: i32; outerStride: usize
}

/** Tiles: panels, batch after batch. */
export function f32_pack_panels(args: PackPanelsArgs, begin: u32, end: u32): void {
  const panels = (args.n + 15) / 16
  for (let t = <i32>begin; t < <i32>end; t++) {
    const batch = t / panels, n0 = (t - batch * panels) << 4, n = min(16, args.n - n0), outer = batch / args.inner
    let x = args.x + <usize>outer * args.outerStride + <usize>(batch - outer * args.inner) * args.batchStride + <usize>n0 * args.nStride
    let y = args.y + (<usize>t * args.k << 6)
    if (n < 16) memory.fill(y, 0, <usize>args.k << 6)
    if (args.nStride == 4 && n == 16) {
      for (let k = 0; k < args.k; k++, x += args.kStride, y += 64) {
        const a = v128.load(x), b = v128.load(x, 16), c = v128.load(x, 32), d = v128.load(x, 48)
        v128.store(y, a); v128.store(y, b, 16); v128.store(y, c, 32); v128.store(y, d, 48)
      }
    } else if (args.kStride == 4 && n == 16) {
      columns(x, args.nStride, y, 64, 16, args.k)
    } else for (let k = 0; k < args.k; k++, x += args.kStride, y += 64) {
      for (let j = 0, p = x; j < n; j++, p += args.nStride) store<u32>(y + (<usize>j << 2), load<u32>(p))
    }
  }
}
