import { f32_gemm_1x16, f32_gemm_1x32 } from './f32-gemm-1x16'
import { f32_gemm_4x16 } from './f32-gemm-4x16'
import { f32_gemm_4x8 } from './f32-gemm-4x8'
import { f32_gemm_6x8 } from './f32-gemm-6x8'
import { scratch, wide } from './scratch'
import { f32_epilogue } from './f32-epilogue'
import { Held, f32_widen, panel_bytes } from './f32-widen'

/** C[batch][m][n] = act(bias + A[batch][m][k] * B[batch][n/16][k][16] + residual). Strides in bytes. */
@unmanaged
export class GemmArgs {
  a: usize; lda: usize; aBatch: usize
  b: usize; bBatch: usize
  c: usize; ldc: usize; cBatch: usize
  /** 0, or n values a batch. */
  bias: usize; biasBatch: usize
  /** 0, or laid out as C is, with its own strides. */
  residual: usize; ldr: usize; rBatch: usize
  m: i32; n: i32; k: i32
  /** Tile: rows, columns (a multiple of 16), depth of one pass over B. */
  mc: i32; nc: i32; kc: i32
  act: i32
  /** How B is held. */
  held: i32
}

export const ZERO: usize = memory.data(64, 64)

/** Tiles: batch, then columns, then rows. */
export function f32_gemm(args: GemmArgs, begin: u32, end: u32): void {
  const rows = (args.m + args.mc - 1) / args.mc, columns = (args.n + args.nc - 1) / args.nc
  for (let t = <i32>begin; t < <i32>end; t++) {
    const m0 = t % rows * args.mc, n0 = t / rows % columns * args.nc, batch = <usize>(t / rows / columns)
    const m = min(args.mc, args.m - m0), n = min(args.nc, args.n - n0)
    const a = args.a + batch * args.aBatch + <usize>m0 * args.lda
    const panel = panel_bytes(args.held, args.k), b = args.b + batch * args.bBatch + <usize>(n0 >> 4) * panel
    const c = args.c + batch * args.cBatch + <usize>m0 * args.ldc + (<usize>n0 << 2)
    const bias = args.bias ? args.bias + batch * args.biasBatch + (<usize>n0 << 2) : ZERO, step: usize = args.bias ? 64 : 0
    for (let k0 = 0; k0 < args.k; k0 += args.kc) {
      const first = k0 == 0
      f32_gemm_held(
        args.held, a + (<usize>k0 << 2), args.lda, b, panel, k0,
        first ? bias : c, first ? 0 : args.ldc, first ? step : 64, c, args.ldc, m, n, min(args.kc, args.k - k0),
      )
    }
    if (args.residual || args.act) {
      const r = args.residual ? args.residual + batch * args.rBatch + <usize>m0 * args.ldr + (<usize>n0 << 2) : 0
      f32_epilogue(c, args.ldc, r, args.ldr, m, n, args.act)
    }
  }
}

/** C[m][n] = from + A[m][k] * B: panels of 16 columns, `panel` bytes apart in B and `fromStep` in `from`, the rows of A inside. The last panel may be narrow. */
export function f32_gemm_block(
  a: usize, lda: usize, b: usize, panel: usize, from: usize, ldf: usize, fromStep: usize, c: usize, ldc: usize, m: i32, n: i32, k: i32,
): void {
  if (m < 4) for (; n >= 32; n -= 32) {
    few(a, lda, b, panel, from, ldf, fromStep, c, ldc, m, k)
    b += panel << 1; from += fromStep << 1; c += 128
  }
  for (; n >= 16; n -= 16) {
    rows(a, lda, b, from, ldf, c, ldc, m, k)
    b += panel; from += fromStep; c += 64
  }
  if (n > 0) narrow(a, lda, b, from, ldf, c, ldc, m, n, k)
}

/** Where a panel that is held in a narrower type is widened to: behind what convolutions gather. */
const WIDE: usize = 196608

/** The same with k rows of B's panels from k0 on, as they are held. */
export function f32_gemm_held(
  held: i32, a: usize, lda: usize, b: usize, panel: usize, k0: i32, from: usize, ldf: usize, fromStep: usize, c: usize, ldc: usize, m: i32, n: i32, k: i32,
): void {
  if (held == Held.Float32) {
    f32_gemm_block(a, lda, b + (<usize>k0 << 6), panel, from, ldf, fromStep, c, ldc, m, n, k)
    return
  }
  const at = scratch + WIDE
  for (; n > 0; n -= 16) {
    f32_widen(held, b, k0, k, at)
    if (n >= 16) rows(a, lda, at, from, ldf, c, ldc, m, k)
    else narrow(a, lda, at, from, ldf, c, ldc, m, n, k)
    b += panel; from += fromStep; c += 64
  }
}

function rows(a: usize, lda: usize, b: usize, from: usize, ldf: usize, c: usize, ldc: usize, m: i32, k: i32): void {
  const whole = m & ~3, rest = <usize>whole
  if (wide) whole4x16(a, lda, b, from, ldf, c, ldc, whole, k)
  else {
    halves(a, lda, b, from, ldf, c, ldc, whole, k)
    halves(a, lda, b + 32, from + 32, ldf, c + 32, ldc, whole, k)
  }
  a += rest * lda; from += rest * ldf; c += rest * ldc
  for (m &= 3; m > 0; m--) {
    f32_gemm_1x16(a, b, from, c, k)
    a += lda; from += ldf; c += ldc
  }
}

function whole4x16(a: usize, lda: usize, b: usize, from: usize, ldf: usize, c: usize, ldc: usize, m: i32, k: i32): void {
  for (; m > 0; m -= 4) {
    f32_gemm_4x16(a, lda, b, from, ldf, c, ldc, k)
    a += lda << 2; from += ldf << 2; c += ldc << 2
  }
}

/** Less than four rows. */
function few(a: usize, lda: usize, b: usize, panel: usize, from: usize, ldf: usize, fromStep: usize, c: usize, ldc: usize, m: i32, k: i32): void {
  for (; m > 0; m--) {
    f32_gemm_1x32(a, b, panel, from, fromStep, c, k)
    a += lda; from += ldf; c += ldc
  }
}

/** Half a panel, m rows, a multiple of 4: six at a time, four where that comes out even. */
function halves(a: usize, lda: usize, b: usize, from: usize, ldf: usize, c: usize, ldc: usize, m: i32, k: i32): void {
  if (ASC_FEATURE_RELAXED_SIMD) for (; m >= 6 && m != 8; m -= 6) {
    f32_gemm_6x8(a, lda, b, from, ldf, c, ldc, k)
    a += lda * 6; from += ldf * 6; c += ldc * 6
  }
  for (; m > 0; m -= 4) {
    f32_gemm_4x8(a, lda, b, from, ldf, c, ldc, k)
    a += lda << 2; from += ldf << 2; c += ldc << 2
  }
}

/** A panel of n < 16 columns goes through a full tile in scratch: C has no room for the padding. */
function narrow(a: usize, lda: usize, b: usize, from: usize, ldf: usize, c: usize, ldc: usize, m: i32, n: i32, k: i32): void {
  const tile = scratch, bytes = <usize>n << 2
  for (; m > 0; m -= 4) {
    const height = min(m, 4)
    for (let i = 0; i < height; i++) memory.copy(tile + (<usize>i << 6), from + <usize>i * ldf, bytes)
    rows(a, lda, b, tile, 64, tile, 64, height, k)
    for (let i = 0; i < height; i++) memory.copy(c + <usize>i * ldc, tile + (<usize>i << 6), bytes)
    a += lda << 2; from += ldf << 2; c += ldc << 2
  }
}
