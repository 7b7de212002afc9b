import { type Launch, type Word, u32 } from '../ops/op.js'
import { type Method } from './conv.js'
import { packPanels, panelBytes, wide } from './gemm.js'

/** How filters [n, c / group, kh, kw] become what a method's kernels read: the bytes that this takes, the rows of a panel, and the launch. */
export function packPlan(method: Method, [n, c, kh, kw]: readonly number[], group: number): { bytes: number; depth?: number; launch(x: Word, y: Word): Launch[] } {
  const taps = kh! * kw!
  if (method === 'winograd4' || method === 'winograd2') {
    const side = method === 'winograd4' ? 6 : 4
    return { bytes: panelBytes(c!, n!, side * side), depth: c!, launch: (x, y) => [{ kernel: 'f32_winograd_filter', args: [x, y, u32(side), u32(n!), u32(c!)], tiles: wide(n!) / 16 }] }
  }
  if (method === 'gemm') return { bytes: panelBytes(c!, n!), depth: c!, launch: (x, y) => [packPanels(x, y, c!, n!, true)] }
  if (method === 'depthwise') return { bytes: n! * taps * 4, launch: (x, y) => [{ kernel: 'f32_transpose', args: [x, y, u32(n!), u32(taps)], tiles: 1 }] }
  return { bytes: panelBytes(taps * c!, n! / group, group), depth: taps * c!, launch: (x, y) => [{ kernel: 'f32_pack_conv', args: [x, y, u32(n! / group), u32(c!), u32(taps)], tiles: group * wide(n! / group) / 16 }] }
}
