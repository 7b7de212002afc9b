import { type Fact, type Held } from '../graph/value.js'
import { heldCode } from './held.js'
import { type Launch, type Place, type Word, u32 } from '../ops/op.js'

export const panelWidth = 16
export const wide = (n: number): number => Math.ceil(n / panelWidth) * panelWidth
/** Bytes of `batch` matrices of k x n in panels. */
export const panelBytes = (k: number, n: number, batch = 1): number => batch * wide(n) * k * 4

/** Rows, columns and depth of a tile: B's piece of a pass stays in the first-level cache, A's in the second; small matrices are divided by columns. More rows where B has to be widened for each tile. */
export function gemmTile(m: number, n: number, k: number, batch = 1, held?: Held): { mc: number; nc: number; kc: number } {
  const kc = Math.ceil(k / Math.ceil(k / 256))
  const most = held ? 192 : 96, mc = m <= most * 4 / 3 ? Math.max(4, m) : Math.ceil(m / Math.ceil(m / most) / 4) * 4
  const rows = Math.ceil(m / mc) * batch
  const columns = Math.max(1, Math.min(Math.ceil(n / panelWidth), Math.ceil(16 / rows), Math.ceil(m * n * k / 2 ** 18)))
  return { mc, nc: wide(Math.ceil(n / columns)), kc }
}

export interface Gemm {
  readonly a: Word; readonly lda: number; readonly aBatch?: number
  readonly b: Word; readonly bBatch?: number; readonly held?: Held | undefined
  readonly c: Word; readonly ldc?: number; readonly cBatch?: number
  readonly bias?: Word | undefined; readonly biasBatch?: number
  readonly residual?: Word | undefined
  readonly m: number; readonly n: number; readonly k: number; readonly batch?: number
  readonly act?: number
}

/** C = act(bias + A B + residual), B in panels; strides in bytes, the residual laid out as C. */
export function gemm(g: Gemm): Launch {
  const { m, n, k, batch = 1 } = g, { mc, nc, kc } = gemmTile(m, n, k, batch, g.held), ldc = g.ldc ?? n * 4, cBatch = g.cBatch ?? m * ldc
  return {
    kernel: 'f32_gemm', tiles: batch * Math.ceil(m / mc) * Math.ceil(n / nc), grain: 1,
    args: [
      g.a, u32(g.lda), u32(g.aBatch ?? 0), g.b, u32(g.bBatch ?? 0), g.c, u32(ldc), u32(cBatch), g.bias ?? u32(0), u32(g.biasBatch ?? 0),
      g.residual ?? u32(0), u32(g.residual ? ldc : 0), u32(g.residual ? cBatch : 0), u32(m), u32(n), u32(k), u32(mc), u32(nc), u32(kc), u32(g.act ?? 0), u32(heldCode(g.held)),
    ],
  }
}

/** Strides in bytes of B[k][n] stored as it is, or as its transpose [n][k]. */
const strides = (k: number, n: number, transposed: boolean): [number, number] => transposed ? [4, k * 4] : [n * 4, 4]

/** Panels of `batch` matrices k x n that follow each other at `x`. */
export function packPanels(x: Word, y: Word, k: number, n: number, transposed: boolean, batch = 1): Launch {
  const [kStride, nStride] = strides(k, n, transposed)
  return { kernel: 'f32_pack_panels', args: [x, y, u32(k), u32(n), u32(kStride), u32(nStride), u32(k * n * 4), u32(batch), u32(0)], tiles: batch * wide(n) / panelWidth }
}

/** The place `bytes` further on. */
export const after = (p: Place, bytes: number): Word => u32(p.at + bytes)
export const float = (shape: readonly number[], more: Partial<Fact> = {}): Fact => ({ type: 'float32', shape, ...more })
