import { allocate, size, type Tensor } from '../../graph/value.js'
import { axisOf } from '../../graph/shape.js'
import { moved, type Move } from './copy.js'
import { strides } from '../../graph/shape.js'

/** Tensors joined along an axis of theirs. */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const first = parts[0]!, a = axisOf(axis, first.shape.length), shape = first.shape.map((d, i) => i === a ? parts.reduce((s, p) => s + p.shape[a]!, 0) : d), inner = size(shape.slice(a + 1)), outer = size(shape.slice(0, a)), total = shape[a]!
  const data = allocate(first.type, size(shape)) as Float64Array
  let at = 0
  for (const p of parts) {
    const n = p.shape[a]! * inner
    for (let o = 0; o < outer; o++) data.set((p.data as Float64Array).subarray(o * n, (o + 1) * n), o * total * inner + at * inner)
    at += p.shape[a]!
  }
  return { type: first.type, shape, data }
}

/** Tensors of one shape stacked along a new axis. */
export function stack(parts: readonly Tensor[], axis: number): Tensor {
  const rank = parts[0]!.shape.length + 1, a = axis < 0 ? axis + rank : axis
  return concat(parts.map(p => ({ ...p, shape: [...p.shape.slice(0, a), 1, ...p.shape.slice(a)] })), a)
}

/** From `from` on, `n` places along an axis. */
export function slice(t: Tensor, axis: number, from: number, n: number): Tensor {
  const a = axisOf(axis, t.shape.length), by = strides(t.shape), shape = t.shape.map((d, i) => i === a ? n : d)
  const move: Move = { shape, from: by, fromStart: from * by[a]!, to: strides(shape), toStart: 0 }
  return moved(t, t.type, shape, [move])
}
export const dropAxis = (t: Tensor, axis: number): Tensor => ({ ...t, shape: t.shape.filter((_, i) => i !== axisOf(axis, t.shape.length)) })
