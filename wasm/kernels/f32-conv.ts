import { ZERO, f32_gemm_held } from './f32-gemm'
import { f32_epilogue } from './f32-epilogue'
import { panel_bytes } from './f32-widen'
import { scratch } from './scratch'

/**
 * Convolution, NHWC: Y[batch][oh][ow][n] = act(bias + patches * B + residual), for any kernel size, stride, dilation, padding and groups.
 * B is packed [group][n/16][kh * kw * c][16], c and n being those of one group. Patches of a block of pixels are gathered piece by piece.
 */
@unmanaged
export class ConvArgs {
  x: usize; b: usize; y: usize
  /** 0, or groups * n values, those of a picture `biasBatch` bytes after the last one's. */
  bias: usize; biasBatch: usize
  /** 0, or laid out as y. */
  residual: usize
  h: i32; w: i32; c: i32
  oh: i32; ow: i32; n: i32
  groups: i32
  kh: i32; kw: i32
  strideY: i32; strideX: i32; dilationY: i32; dilationX: i32; padTop: i32; padLeft: i32
  /** Pixels and columns (a multiple of 16) of a tile. */
  mc: i32; nc: i32
  act: i32
  /** How B is held. */
  held: i32
}

/** Most values of a patch that are gathered at once: a block of 64 pixels stays in the second-level cache (128 at most, or scratch is too small). */
const DEPTH = 256
const AT = 1024

/** Tiles: batch, group, then columns, then blocks of pixels. */
export function f32_conv(args: ConvArgs, begin: u32, end: u32): void {
  const pixels = args.oh * args.ow, blocks = (pixels + args.mc - 1) / args.mc, columns = (args.n + args.nc - 1) / args.nc
  const taps = args.kh * args.kw, depth = taps * args.c, panels = (args.n + 15) / 16
  const ldc = <usize>(args.n * args.groups) << 2, panel = panel_bytes(args.held, depth)
  for (let t = <i32>begin; t < <i32>end; t++) {
    const p0 = t % blocks * args.mc, n0 = t / blocks % columns * args.nc, group = t / blocks / columns % args.groups, batch = t / blocks / columns / args.groups
    const m = min(args.mc, pixels - p0), n = min(args.nc, args.n - n0)
    const b = args.b + <usize>(group * panels + (n0 >> 4)) * panel
    const offset = <usize>(batch * pixels + p0) * ldc + (<usize>(group * args.n + n0) << 2), c = args.y + offset
    const bias = args.bias ? args.bias + <usize>batch * args.biasBatch + (<usize>(group * args.n + n0) << 2) : ZERO, step: usize = args.bias ? 64 : 0
    const perPass = max(1, DEPTH / args.c), pieces = (args.c + DEPTH - 1) / DEPTH, piece = (args.c + pieces - 1) / pieces
    let first = true
    for (let tap = 0; tap < taps; tap += perPass) {
      const last = min(tap + perPass, taps)
      for (let c0 = 0; c0 < args.c; c0 += piece) {
        const width = min(piece, args.c - c0), k = (last - tap) * width
        gather(args, batch, group * args.c + c0, width, p0, m, tap, last)
        f32_gemm_held(
          args.held, scratch + AT, <usize>k << 2, b, panel, tap * args.c + c0,
          first ? bias : c, first ? 0 : ldc, first ? step : 64, c, ldc, m, n, k,
        )
        first = false
      }
    }
    if (args.residual || args.act) f32_epilogue(c, ldc, args.residual ? args.residual + offset : 0, ldc, m, n, args.act)
  }
}

/** Rows of `width` channels from c0 on for taps [tap, last) of pixels [p0, p0 + m), zeros outside the picture. */
function gather(args: ConvArgs, batch: i32, c0: i32, width: i32, p0: i32, m: i32, tap: i32, last: i32): void {
  const pixel = <usize>(args.c * args.groups) << 2, bytes = <usize>width << 2
  let to = scratch + AT, oy = p0 / args.ow, ox = p0 - oy * args.ow
  for (let p = 0; p < m; p++) {
    const top = oy * args.strideY - args.padTop, left = ox * args.strideX - args.padLeft
    for (let i = tap; i < last; i++) {
      const ky = i / args.kw, y = top + ky * args.dilationY, x = left + (i - ky * args.kw) * args.dilationX
      if (<u32>y < <u32>args.h && <u32>x < <u32>args.w) move(args.x + <usize>((batch * args.h + y) * args.w + x) * pixel + (<usize>c0 << 2), to, bytes)
      else clear(to, bytes)
      to += bytes
    }
    if (++ox == args.ow) { ox = 0; oy++ }
  }
}

// @ts-ignore: decorator
@inline
function move(from: usize, to: usize, bytes: usize): void {
  let i: usize = 0
  for (; i + 32 <= bytes; i += 32) {
    const x = v128.load(from + i), y = v128.load(from + i, 16)
    v128.store(to + i, x); v128.store(to + i, y, 16)
  }
  for (; i < bytes; i += 4) store<u32>(to + i, load<u32>(from + i))
}

// @ts-ignore: decorator
@inline
function clear(to: usize, bytes: usize): void {
  let i: usize = 0
  for (const zero = i32x4.splat(0); i + 16 <= bytes; i += 16) v128.store(to + i, zero)
  for (; i < bytes; i += 4) store<u32>(to + i, 0)
}
