import { type Fact, type Held } from '../graph/value.js'
import { type Launch, type Place, type Word, u32, f32 } from '../ops/op.js'
import { after, gemm, wide } from './gemm.js'
import { heldBytes, heldCode } from './held.js'

/** A convolution in NHWC: extents of the input, the output (n channels in all) and the kernel. */
export interface Shape {
  readonly batch: number; readonly h: number; readonly w: number; readonly c: number
  readonly oh: number; readonly ow: number; readonly n: number
  readonly kh: number; readonly kw: number
  readonly strides: readonly number[]; readonly dilations: readonly number[]; readonly pads: readonly number[]; readonly group: number
}
export interface Operands { readonly x: Word; readonly b: Word; readonly held: Held | undefined; readonly y: Word; readonly bias: Word | undefined; readonly biasBatch: number; readonly residual: Word | undefined; readonly act: number }

/** The extents of a convolution of x [batch, h, w, c] with filters [n, c / group, kh, kw]. */
export function shapeOf([x, w]: readonly (Fact | undefined)[], a: { readonly strides: readonly number[]; readonly dilations: readonly number[]; readonly pads: readonly number[]; readonly group: number }): Shape {
  const [batch, h, wide, c] = x!.shape as [number, number, number, number], [n, , kh, kw] = w!.shape as [number, number, number, number]
  const out = (size: number, k: number, i: number): number => Math.floor((size + a.pads[i]! + a.pads[i + 2]! - (k - 1) * a.dilations[i]! - 1) / a.strides[i]!) + 1
  return { batch, h, w: wide, c, n, kh, kw, oh: out(h, kh, 0), ow: out(wide, kw, 1), strides: a.strides, dilations: a.dilations, pads: a.pads, group: a.group }
}

/** Which algorithm: the Winograd transforms, a matrix product for 1x1, depth-wise, or patches gathered on the way. */
export type Method = 'winograd4' | 'winograd2' | 'gemm' | 'depthwise' | 'direct'

const simple = (s: Shape): boolean => s.strides.every(v => v === 1) && s.dilations.every(v => v === 1)

/** `winograd`: the largest transform that may be used: 4, 2 or 0 (none). */
export function methodOf(s: Shape, winograd: number): Method {
  if (s.group > 1 && s.group === s.c && s.n === s.c) return 'depthwise'
  if (s.group > 1) return 'direct'
  if (s.kh === 1 && s.kw === 1 && simple(s) && s.pads.every(p => p === 0)) return 'gemm'
  if (!winograd || s.kh !== 3 || s.kw !== 3 || !simple(s) || s.c % 8 || s.n % 8 || s.c < 16 || s.n < 16) return 'direct'
  const side = Math.min(s.oh, s.ow)
  return side > 4 && winograd > 2 ? 'winograd4' : side > 2 ? 'winograd2' : 'direct'
}

/** Transform tiles of one block: V and M of a block stay near the second-level cache. */
const BLOCK = 64
const line = 64
interface Winograd { readonly size: number; readonly frequencies: number; readonly tilesY: number; readonly tilesX: number; readonly tiles: number; readonly block: number; readonly vStride: number; readonly mStride: number }

function winograd(s: Shape, size: number): Winograd {
  const tilesY = Math.ceil(s.oh / size), tilesX = Math.ceil(s.ow / size), tiles = s.batch * tilesY * tilesX
  const block = Math.ceil(tiles / Math.ceil(tiles / BLOCK))
  return { size, frequencies: (size + 2) ** 2, tilesY, tilesX, tiles, block, vStride: block * s.c * 4 + line, mStride: block * wide(s.n) * 4 + line }
}
const sizeOf = (m: Method): number => m === 'winograd4' ? 4 : 2

export function convWorkspace(s: Shape, m: Method): number {
  if (m !== 'winograd4' && m !== 'winograd2') return 0
  const w = winograd(s, sizeOf(m))
  return w.frequencies * (w.vStride + w.mStride)
}

/** `o.b` is packed for the method. */
export function conv(s: Shape, m: Method, o: Operands, scratch: Place): readonly Launch[] {
  const pixels = s.oh * s.ow
  if (m === 'gemm') {
    const each = o.biasBatch > 0
    return [gemm({
      a: o.x, lda: s.c * 4, b: o.b, held: o.held, c: o.y, bias: o.bias, biasBatch: o.biasBatch, residual: o.residual, act: o.act, n: s.n, k: s.c,
      ...each ? { m: pixels, batch: s.batch, aBatch: pixels * s.c * 4 } : { m: pixels * s.batch },
    })]
  }
  const window = [s.kh, s.kw, s.strides[0]!, s.strides[1]!, s.dilations[0]!, s.dilations[1]!, s.pads[0]!, s.pads[1]!].map(u32)
  if (m === 'depthwise') return [{ kernel: 'f32_dwconv', args: [o.x, o.b, o.y, o.bias ?? u32(0), u32(s.h), u32(s.w), u32(s.c), u32(s.oh), u32(s.ow), ...window], tiles: s.batch * s.oh }]
  if (m === 'direct') {
    const n = s.n / s.group, mc = Math.min(o.held ? 128 : 64, Math.max(4, pixels)), rows = s.batch * s.group * Math.ceil(pixels / mc)
    const nc = wide(Math.ceil(n / Math.max(1, Math.min(Math.ceil(n / 16), Math.ceil(8 / rows)))))
    return [{
      kernel: 'f32_conv', tiles: rows * Math.ceil(n / nc), grain: 1,
      args: [o.x, o.b, o.y, o.bias ?? u32(0), u32(o.biasBatch), o.residual ?? u32(0), ...[s.h, s.w, s.c / s.group, s.oh, s.ow, n, s.group].map(u32), ...window, u32(mc), u32(nc), u32(o.act), u32(heldCode(o.held))],
    }]
  }
  const w = winograd(s, sizeOf(m)), mAt = w.frequencies * w.vStride, launches: Launch[] = []
  for (let first = 0; first < w.tiles; first += w.block) {
    const tiles = Math.min(w.block, w.tiles - first)
    launches.push(
      { kernel: `f32_winograd_f${w.size}_input`, args: [o.x, scratch, ...[w.vStride, s.h, s.w, s.c, s.pads[0]!, s.pads[1]!, w.tilesY, w.tilesX, first].map(u32)], tiles: tiles * Math.ceil(s.c / 64) },
      gemm({ a: scratch, lda: s.c * 4, aBatch: w.vStride, b: o.b, held: o.held, bBatch: heldBytes(o.held, s.c, s.n), c: after(scratch, mAt), ldc: wide(s.n) * 4, cBatch: w.mStride, m: tiles, n: wide(s.n), k: s.c, batch: w.frequencies }),
      {
        kernel: `f32_winograd_f${w.size}_output`, tiles: tiles * Math.ceil(s.n / 64),
        args: [after(scratch, mAt), u32(w.mStride), u32(wide(s.n) * 4), o.y, o.bias ?? u32(0), u32(o.biasBatch), o.residual ?? u32(0), ...[s.oh, s.ow, s.n, w.tilesY, w.tilesX, first].map(u32), f32(o.act ? 0 : -Infinity)],
      },
    )
  }
  return launches
}
