import { madd } from './lanes'
import { scratch } from './scratch'

/** Output of a Winograd convolution: M[frequency][tile - first][n], frequencies `mStride` bytes and tiles `mTile` bytes apart, becomes NHWC; n is a multiple of 8. */
@unmanaged
export class WinogradOutputArgs {
  m: usize; mStride: usize; mTile: usize
  y: usize
  /** 0, or n values a picture, `biasBatch` bytes apart. */
  bias: usize; biasBatch: usize
  /** 0, or laid out as y. */
  residual: usize
  h: i32; w: i32; n: i32
  tilesY: i32; tilesX: i32
  first: i32
  /** The least value that comes out: -infinity, or 0 for a rectified output. */
  least: f32
}

const CHUNK = 64
const ZERO: usize = memory.data(256, 64)
/** a, b, a^2, b^2, a^3, b^3 of the points a = sqrt(1/2), b = sqrt 2. */
const K: usize = memory.data<f32>([0.70710678118654752, 1.4142135623730951, 0.5, 2.0, 0.35355339059327376, 2.8284271247461903])

/** Tiles: chunks of channels within transform tiles from `first`. Pixels of a tile that lie outside the picture go to scratch. */
export function f32_winograd_f4_output(args: WinogradOutputArgs, begin: u32, end: u32): void {
  const pixel = <usize>args.n << 2, row = pixel * args.w, chunks = (args.n + CHUNK - 1) / CHUNK
  const least = f32x4.splat(args.least), waste = scratch + 6144
  for (let t = <i32>begin; t < <i32>end; t++) {
    const local = t / chunks, tile = args.first + local, at = <usize>(t - local * chunks) * (CHUNK << 2)
    const ty = tile / args.tilesX, batch = ty / args.tilesY
    const y0 = (ty - batch * args.tilesY) * 4, x0 = (tile - ty * args.tilesX) * 4
    const bytes = min(pixel - at, CHUNK << 2), height = args.h - y0, width = min(4, args.w - x0)
    const bias = args.bias ? args.bias + <usize>batch * args.biasBatch + at : ZERO
    let m = args.m + <usize>local * args.mTile + at
    for (let i = 0, to = scratch; i < 6; i++, to += 1024) {
      const p0 = m, p1 = p0 + args.mStride, p2 = p1 + args.mStride, p3 = p2 + args.mStride, p4 = p3 + args.mStride, p5 = p4 + args.mStride
      for (let c: usize = 0; c < bytes; c += 32) inner(p0 + c, p1 + c, p2 + c, p3 + c, p4 + c, p5 + c, to + c)
      m = p5 + args.mStride
    }
    const offset = <usize>(batch * args.h + y0) * row + <usize>x0 * pixel + at
    for (let x = 0; x < width; x++) {
      const y = args.y + offset + <usize>x * pixel, r = args.residual ? args.residual + offset + <usize>x * pixel : ZERO, step = args.residual ? row : 0
      const q0 = y, q1 = 1 < height ? y + row : waste, q2 = 2 < height ? y + row * 2 : waste, q3 = 3 < height ? y + row * 3 : waste
      const r0 = r, r1 = 1 < height ? r + step : ZERO, r2 = 2 < height ? r + step * 2 : ZERO, r3 = 3 < height ? r + step * 3 : ZERO
      for (let c: usize = 0; c < bytes; c += 32)
        outer(scratch + <usize>x * 256 + c, q0 + c, q1 + c, q2 + c, q3 + c, r0 + c, r1 + c, r2 + c, r3 + c, bias + c, least)
    }
  }
}

/** Along a row of frequencies: 6 inputs, 4 outputs. */
// @ts-ignore: decorator
@inline
function inner(p0: usize, p1: usize, p2: usize, p3: usize, p4: usize, p5: usize, to: usize): void {
  const d0 = v128.load(p0), e0 = v128.load(p0, 16)
  const d1 = v128.load(p1), e1 = v128.load(p1, 16)
  const d2 = v128.load(p2), e2 = v128.load(p2, 16)
  const d3 = v128.load(p3), e3 = v128.load(p3, 16)
  const d4 = v128.load(p4), e4 = v128.load(p4, 16)
  const d5 = v128.load(p5), e5 = v128.load(p5, 16)
  const t = f32x4.add(d1, d2), u = f32x4.sub(d1, d2), v = f32x4.add(d3, d4), w = f32x4.sub(d3, d4)
  const r = f32x4.add(e1, e2), s = f32x4.sub(e1, e2), y = f32x4.add(e3, e4), z = f32x4.sub(e3, e4)
  v128.store(to, f32x4.add(d0, f32x4.add(t, v))); v128.store(to, f32x4.add(e0, f32x4.add(r, y)), 16)
  v128.store(to, madd(w, v128.load32_splat(K, 4), f32x4.mul(u, v128.load32_splat(K))), 256); v128.store(to, madd(z, v128.load32_splat(K, 4), f32x4.mul(s, v128.load32_splat(K))), 272)
  v128.store(to, madd(v, v128.load32_splat(K, 12), f32x4.mul(t, v128.load32_splat(K, 8))), 512); v128.store(to, madd(y, v128.load32_splat(K, 12), f32x4.mul(r, v128.load32_splat(K, 8))), 528)
  v128.store(to, madd(w, v128.load32_splat(K, 20), madd(u, v128.load32_splat(K, 16), d5)), 768); v128.store(to, madd(z, v128.load32_splat(K, 20), madd(s, v128.load32_splat(K, 16), e5)), 784)
}

/** Down a column, with bias, residual and the lower bound. */
// @ts-ignore: decorator
@inline
function outer(p: usize, q0: usize, q1: usize, q2: usize, q3: usize, r0: usize, r1: usize, r2: usize, r3: usize, bias: usize, least: v128): void {
  const d0 = v128.load(p), e0 = v128.load(p, 16)
  const d1 = v128.load(p, 1024), e1 = v128.load(p, 1040)
  const d2 = v128.load(p, 2048), e2 = v128.load(p, 2064)
  const d3 = v128.load(p, 3072), e3 = v128.load(p, 3088)
  const d4 = v128.load(p, 4096), e4 = v128.load(p, 4112)
  const d5 = v128.load(p, 5120), e5 = v128.load(p, 5136)
  const t = f32x4.add(d1, d2), u = f32x4.sub(d1, d2), v = f32x4.add(d3, d4), w = f32x4.sub(d3, d4)
  const r = f32x4.add(e1, e2), s = f32x4.sub(e1, e2), y = f32x4.add(e3, e4), z = f32x4.sub(e3, e4)
  const f = v128.load(bias), g = v128.load(bias, 16)
  v128.store(q0, f32x4.pmax(f32x4.add(f32x4.add(f32x4.add(d0, f32x4.add(t, v)), f), v128.load(r0)), least)); v128.store(q0, f32x4.pmax(f32x4.add(f32x4.add(f32x4.add(e0, f32x4.add(r, y)), g), v128.load(r0, 16)), least), 16)
  v128.store(q1, f32x4.pmax(f32x4.add(f32x4.add(madd(w, v128.load32_splat(K, 4), f32x4.mul(u, v128.load32_splat(K))), f), v128.load(r1)), least)); v128.store(q1, f32x4.pmax(f32x4.add(f32x4.add(madd(z, v128.load32_splat(K, 4), f32x4.mul(s, v128.load32_splat(K))), g), v128.load(r1, 16)), least), 16)
  v128.store(q2, f32x4.pmax(f32x4.add(f32x4.add(madd(v, v128.load32_splat(K, 12), f32x4.mul(t, v128.load32_splat(K, 8))), f), v128.load(r2)), least)); v128.store(q2, f32x4.pmax(f32x4.add(f32x4.add(madd(y, v128.load32_splat(K, 12), f32x4.mul(r, v128.load32_splat(K, 8))), g), v128.load(r2, 16)), least), 16)
  v128.store(q3, f32x4.pmax(f32x4.add(f32x4.add(madd(w, v128.load32_splat(K, 20), madd(u, v128.load32_splat(K, 16), d5)), f), v128.load(r3)), least)); v128.store(q3, f32x4.pmax(f32x4.add(f32x4.add(madd(z, v128.load32_splat(K, 20), madd(s, v128.load32_splat(K, 16), e5)), g), v128.load(r3, 16)), least), 16)
}
