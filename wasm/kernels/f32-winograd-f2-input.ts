import { scratch } from './scratch'
import { WinogradInputArgs } from './f32-winograd-f4-input'

/** Channels of one pass: its 16 transformed rows stay in the first-level cache. */
const CHUNK = 64
const ZERO: usize = memory.data(256, 64)

/** The points 0, +-1, infinity. Tiles: chunks of channels within transform tiles from `first`. */
export function f32_winograd_f2_input(args: WinogradInputArgs, begin: u32, end: u32): void {
  const pixel = <usize>args.c << 2, row = pixel * args.w, chunks = (args.c + CHUNK - 1) / CHUNK
  for (let t = <i32>begin; t < <i32>end; t++) {
    const local = t / chunks, tile = args.first + local, at = <usize>(t - local * chunks) * (CHUNK << 2)
    const ty = tile / args.tilesX, batch = ty / args.tilesY
    const y0 = (ty - batch * args.tilesY) * 2 - args.padTop, x0 = (tile - ty * args.tilesX) * 2 - args.padLeft
    const bytes = min(pixel - at, CHUNK << 2)
    for (let y = 0, to = scratch; y < 4; y++, to += 1024) {
      const inside = <u32>(y0 + y) < <u32>args.h
      const from = args.x + <usize>(batch * args.h + y0 + y) * row + <isize>x0 * pixel + at
      const p0 = inside && <u32>(x0) < <u32>args.w ? from : ZERO
      const p1 = inside && <u32>(x0 + 1) < <u32>args.w ? from + pixel : ZERO
      const p2 = inside && <u32>(x0 + 2) < <u32>args.w ? from + pixel * 2 : ZERO
      const p3 = inside && <u32>(x0 + 3) < <u32>args.w ? from + pixel * 3 : ZERO
      for (let c: usize = 0; c < bytes; c += 32) rows(p0 + c, p1 + c, p2 + c, p3 + c, to + c, 256)
    }
    let v = args.v + <usize>local * pixel + at
    for (let x = 0, from = scratch; x < 4; x++, from += 256, v += args.vStride) {
      for (let c: usize = 0; c < bytes; c += 32) {
        const p = from + c
        rows(p, p + 1024, p + 2048, p + 3072, v + c, args.vStride * 4)
      }
    }
  }
}

/** One dimension of the transform over 8 channels: 4 inputs, 4 outputs `step` bytes apart. */
// @ts-ignore: decorator
@inline
function rows(p0: usize, p1: usize, p2: usize, p3: usize, to: usize, step: usize): void {
  const d0 = v128.load(p0), e0 = v128.load(p0, 16)
  const d1 = v128.load(p1), e1 = v128.load(p1, 16)
  const d2 = v128.load(p2), e2 = v128.load(p2, 16)
  const d3 = v128.load(p3), e3 = v128.load(p3, 16)
  v128.store(to, f32x4.sub(d0, d2)); v128.store(to, f32x4.sub(e0, e2), 16)
  to += step
  v128.store(to, f32x4.add(d1, d2)); v128.store(to, f32x4.add(e1, e2), 16)
  to += step
  v128.store(to, f32x4.sub(d2, d1)); v128.store(to, f32x4.sub(e2, e1), 16)
  to += step
  v128.store(to, f32x4.sub(d1, d3)); v128.store(to, f32x4.sub(e1, e3), 16)
}
