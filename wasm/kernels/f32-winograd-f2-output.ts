import { scratch } from './scratch'
import { WinogradOutputArgs } from './f32-winograd-f4-output'

const CHUNK = 64
const ZERO: usize = memory.data(256, 64)

/** Tiles: chunks of channels within transform tiles from `first`. Pixels of a tile that lie outside the picture go to scratch. */
export function f32_winograd_f2_output(args: WinogradOutputArgs, begin: u32, end: u32): void {
  const pixel = <usize>args.n << 2, row = pixel * args.w, chunks = (args.n + CHUNK - 1) / CHUNK
  const least = f32x4.splat(args.least), waste = scratch + 2048
  for (let t = <i32>begin; t < <i32>end; t++) {
    const local = t / chunks, tile = args.first + local, at = <usize>(t - local * chunks) * (CHUNK << 2)
    const ty = tile / args.tilesX, batch = ty / args.tilesY
    const y0 = (ty - batch * args.tilesY) * 2, x0 = (tile - ty * args.tilesX) * 2
    const bytes = min(pixel - at, CHUNK << 2), height = args.h - y0, width = min(2, args.w - x0)
    const bias = args.bias ? args.bias + <usize>batch * args.biasBatch + at : ZERO
    let m = args.m + <usize>local * args.mTile + at
    for (let i = 0, to = scratch; i < 4; i++, to += 512) {
      const p0 = m, p1 = p0 + args.mStride, p2 = p1 + args.mStride, p3 = p2 + args.mStride
      for (let c: usize = 0; c < bytes; c += 32) inner(p0 + c, p1 + c, p2 + c, p3 + c, to + c)
      m = p3 + args.mStride
    }
    const offset = <usize>(batch * args.h + y0) * row + <usize>x0 * pixel + at
    for (let x = 0; x < width; x++) {
      const y = args.y + offset + <usize>x * pixel, r = args.residual ? args.residual + offset + <usize>x * pixel : ZERO, step = args.residual ? row : 0
      const q0 = y, q1 = 1 < height ? y + row : waste
      const r0 = r, r1 = 1 < height ? r + step : ZERO
      for (let c: usize = 0; c < bytes; c += 32)
        outer(scratch + <usize>x * 256 + c, q0 + c, q1 + c, r0 + c, r1 + c, bias + c, least)
    }
  }
}

/** Along a row of frequencies: 4 inputs, 2 outputs. */
// @ts-ignore: decorator
@inline
function inner(p0: usize, p1: usize, p2: usize, p3: usize, to: usize): void {
  const d0 = v128.load(p0), e0 = v128.load(p0, 16)
  const d1 = v128.load(p1), e1 = v128.load(p1, 16)
  const d2 = v128.load(p2), e2 = v128.load(p2, 16)
  const d3 = v128.load(p3), e3 = v128.load(p3, 16)
  v128.store(to, f32x4.add(d0, f32x4.add(d1, d2))); v128.store(to, f32x4.add(e0, f32x4.add(e1, e2)), 16)
  v128.store(to, f32x4.sub(f32x4.sub(d1, d2), d3), 256); v128.store(to, f32x4.sub(f32x4.sub(e1, e2), e3), 272)
}

/** Down a column, with bias, residual and the lower bound. */
// @ts-ignore: decorator
@inline
function outer(p: usize, q0: usize, q1: usize, r0: usize, r1: usize, bias: usize, least: v128): void {
  const d0 = v128.load(p), e0 = v128.load(p, 16)
  const d1 = v128.load(p, 512), e1 = v128.load(p, 528)
  const d2 = v128.load(p, 1024), e2 = v128.load(p, 1040)
  const d3 = v128.load(p, 1536), e3 = v128.load(p, 1552)
  const f = v128.load(bias), g = v128.load(bias, 16)
  v128.store(q0, f32x4.pmax(f32x4.add(f32x4.add(f32x4.add(d0, f32x4.add(d1, d2)), f), v128.load(r0)), least)); v128.store(q0, f32x4.pmax(f32x4.add(f32x4.add(f32x4.add(e0, f32x4.add(e1, e2)), g), v128.load(r0, 16)), least), 16)
  v128.store(q1, f32x4.pmax(f32x4.add(f32x4.add(f32x4.sub(f32x4.sub(d1, d2), d3), f), v128.load(r1)), least)); v128.store(q1, f32x4.pmax(f32x4.add(f32x4.add(f32x4.sub(f32x4.sub(e1, e2), e3), g), v128.load(r1, 16)), least), 16)
}
