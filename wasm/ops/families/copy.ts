import { offsets } from '../../graph/shape.js'
import { allocate, size, width, type ElementType, type Fact, type Tensor } from '../../graph/value.js'
import { u32, type Launch, type Place } from '../op.js'

/** A rearrangement: element i of `shape` is read at `from` and written at `to`, both a start and strides in elements. */
export interface Move { readonly shape: readonly number[]; readonly from: readonly number[]; readonly fromStart: number; readonly to: readonly number[]; readonly toStart: number }

/** Neighbouring axes merged where both sides allow it, to exactly six; undefined where more remain. */
function six(m: Move): { n: number[]; from: number[]; to: number[] } | undefined {
  const n: number[] = [], from: number[] = [], to: number[] = []
  m.shape.forEach((d, i) => {
    if (d === 1) return
    const k = n.length - 1
    if (k >= 0 && from[k] === m.from[i]! * d && to[k] === m.to[i]! * d) { n[k]! *= d; from[k] = m.from[i]!; to[k] = m.to[i]! }
    else { n.push(d); from.push(m.from[i]!); to.push(m.to[i]!) }
  })
  if (n.length > 6) return undefined
  // One long run is cut, so that several threads share it.
  if (n.length === 1 && n[0]! > 16384) {
    const parts = [...Array(64).keys()].map(i => 64 - i).find(p => n[0]! % p === 0)!
    const inner = n[0]! / parts
    n.unshift(parts); from.unshift(from[0]! * inner); to.unshift(to[0]! * inner)
    n[1] = inner
  }
  while (n.length < 6) { n.unshift(1); from.unshift(0); to.unshift(0) }
  return { n, from, to }
}

/** Whether the kernel can do all of these for values of this type. */
export const canMove = (f: Fact, moves: readonly Move[]): boolean => [1, 2, 4, 8].includes(width[f.type]) && !f.layout && moves.every(six)

export function moveLaunch(x: Place, y: Place, m: Move): Launch {
  const c = six(m)!
  return {
    kernel: 'copy_strided', args: [x, y, u32(width[x.type]), u32(m.fromStart), u32(m.toStart), ...c.n.map(u32), ...c.from.map(u32), ...c.to.map(u32)],
    tiles: size(m.shape) === 0 ? 0 : c.n[0]! * c.n[1]! * c.n[2]! * c.n[3]! * c.n[4]!,
  }
}

/** The same in JavaScript, into an array. */
export function moveInto(x: Tensor, data: Tensor['data'], m: Move): void {
  const a = offsets(m.shape, m.from, m.fromStart), b = offsets(m.shape, m.to, m.toStart)
  const from = x.data as Float64Array, to = data as Float64Array
  for (let i = 0; i < a.length; i++) to[b[i]!] = from[a[i]!]!
}

export function moved(x: Tensor, type: ElementType, shape: readonly number[], moves: readonly Move[]): Tensor {
  const data = allocate(type, size(shape))
  for (const m of moves) moveInto(x, data, m)
  return { type, shape, data }
}
