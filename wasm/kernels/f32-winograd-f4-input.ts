import { madd } from './lanes'
import { scratch } from './scratch'

/** Input of a Winograd convolution F(4x4, 3x3): NHWC, c a multiple of 8. The output is V[36][tile - first][c], frequencies `vStride` bytes apart. */
@unmanaged
export class WinogradInputArgs {
  x: usize; v: usize; vStride: usize
  h: i32; w: i32; c: i32
  padTop: i32; padLeft: i32
  tilesY: i32; tilesX: i32
  first: i32
}

/** Channels of one pass: its 36 transformed rows stay in the first-level cache. */
const CHUNK = 64
const ZERO: usize = memory.data(256, 64)
/** -2, -1/2, -5/2, and the points a = sqrt(1/2), b = sqrt 2 with both signs. */
const K: usize = memory.data<f32>([-2.0, -0.5, -2.5, 0.70710678118654752, -0.70710678118654752, 1.4142135623730951, -1.4142135623730951])

/** The points 0, +-sqrt(1/2), +-sqrt 2, infinity: three times as accurate as the usual 0, +-1, +-2, infinity. Tiles: chunks of channels within transform tiles from `first`. */
export function f32_winograd_f4_input(args: WinogradInputArgs, begin: u32, end: u32): void {
  const pixel = <usize>args.c << 2, row = pixel * args.w, chunks = (args.c + CHUNK - 1) / CHUNK
  for (let t = <i32>begin; t < <i32>end; t++) {
    const local = t / chunks, tile = args.first + local, at = <usize>(t - local * chunks) * (CHUNK << 2)
    const ty = tile / args.tilesX, batch = ty / args.tilesY
    const y0 = (ty - batch * args.tilesY) * 4 - args.padTop, x0 = (tile - ty * args.tilesX) * 4 - args.padLeft
    const bytes = min(pixel - at, CHUNK << 2)
    for (let y = 0, to = scratch; y < 6; y++, to += 1536) {
      const inside = <u32>(y0 + y) < <u32>args.h
      const from = args.x + <usize>(batch * args.h + y0 + y) * row + <isize>x0 * pixel + at
      const p0 = inside && <u32>(x0) < <u32>args.w ? from : ZERO
      const p1 = inside && <u32>(x0 + 1) < <u32>args.w ? from + pixel : ZERO
      const p2 = inside && <u32>(x0 + 2) < <u32>args.w ? from + pixel * 2 : ZERO
      const p3 = inside && <u32>(x0 + 3) < <u32>args.w ? from + pixel * 3 : ZERO
      const p4 = inside && <u32>(x0 + 4) < <u32>args.w ? from + pixel * 4 : ZERO
      const p5 = inside && <u32>(x0 + 5) < <u32>args.w ? from + pixel * 5 : ZERO
      for (let c: usize = 0; c < bytes; c += 32) rows(p0 + c, p1 + c, p2 + c, p3 + c, p4 + c, p5 + c, to + c, 256)
    }
    let v = args.v + <usize>local * pixel + at
    for (let x = 0, from = scratch; x < 6; x++, from += 256, v += args.vStride) {
      for (let c: usize = 0; c < bytes; c += 32) {
        const p = from + c
        rows(p, p + 1536, p + 3072, p + 4608, p + 6144, p + 7680, v + c, args.vStride * 6)
      }
    }
  }
}

/** One dimension of the transform over 8 channels: 6 inputs, 6 outputs `step` bytes apart. */
// @ts-ignore: decorator
@inline
function rows(p0: usize, p1: usize, p2: usize, p3: usize, p4: usize, p5: usize, to: usize, step: usize): void {
  const d0 = v128.load(p0), e0 = v128.load(p0, 16)
  const d1 = v128.load(p1), e1 = v128.load(p1, 16)
  const d2 = v128.load(p2), e2 = v128.load(p2, 16)
  const d3 = v128.load(p3), e3 = v128.load(p3, 16)
  const d4 = v128.load(p4), e4 = v128.load(p4, 16)
  const d5 = v128.load(p5), e5 = v128.load(p5, 16)
  const m2 = v128.load32_splat(K), mh = v128.load32_splat(K, 4), m25 = v128.load32_splat(K, 8)
  const a = v128.load32_splat(K, 12), na = v128.load32_splat(K, 16), b = v128.load32_splat(K, 20), nb = v128.load32_splat(K, 24)
  const t = madd(d1, m2, d3), u = madd(d2, m2, d4), v = madd(d1, mh, d3), w = madd(d2, mh, d4)
  const r = madd(e1, m2, e3), s = madd(e2, m2, e4), y = madd(e1, mh, e3), z = madd(e2, mh, e4)
  v128.store(to, madd(d2, m25, f32x4.add(d0, d4))); v128.store(to, madd(e2, m25, f32x4.add(e0, e4)), 16)
  to += step
  v128.store(to, madd(t, a, u)); v128.store(to, madd(r, a, s), 16)
  to += step
  v128.store(to, madd(t, na, u)); v128.store(to, madd(r, na, s), 16)
  to += step
  v128.store(to, madd(v, b, w)); v128.store(to, madd(y, b, z), 16)
  to += step
  v128.store(to, madd(v, nb, w)); v128.store(to, madd(y, nb, z), 16)
  to += step
  v128.store(to, madd(d3, m25, f32x4.add(d1, d5))); v128.store(to, madd(e3, m25, f32x4.add(e1, e5)), 16)
}
