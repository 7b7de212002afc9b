import { bytesOf, width, type Fact } from '../graph/value.js'
import { hasKernels } from './lower.js'
import { isKnown, type Draft } from './draft.js'

const line = 64
const round = (bytes: number): number => Math.ceil(bytes / line) * line + line

/** Where everything goes that is not constant: offsets in one arena, by value and (scratch) by step. Views and results made in place share their input's. */
export interface Placement { readonly offsets: ReadonlyMap<string, number>; readonly scratch: readonly number[]; readonly bytes: number }

interface Buffer { readonly offset: number; readonly bytes: number; readers: number }

/** Walks the steps in order (what kernels work in is left out on request): a buffer is free again after the last step that reads any of the values in it. */
export function place(draft: Draft, scratchToo = true): Placement {
  const { facts, steps } = draft
  const reads = new Map<string, number>()
  const readOf = (v: string): void => { reads.set(v, (reads.get(v) ?? 0) + 1) }
  for (const s of steps) s.inputs.forEach(v => { if (v) readOf(v) })
  draft.outputs.forEach(readOf)

  const arena = new Arena(), buffers = new Map<string, Buffer>(), scratch: number[] = []
  const open = (v: string, f: Fact): void => { buffers.set(v, { ...arena.take(round(bytesOf(f))), readers: reads.get(v) ?? 0 }) }
  const close = (b: Buffer): void => { if (b.readers === 0) arena.give(b) }

  for (const v of draft.inputs) if (facts.has(v) && !isKnown(facts.get(v)) && width[facts.get(v)!.type] > 0) open(v, facts.get(v)!)
  for (const s of steps) {
    const inputs = s.inputs.map(v => v ? facts.get(v) : undefined), outputs = s.outputs.map(v => facts.get(v)!)
    const taken = s.inputs.map(v => v ? buffers.get(v) : undefined)
    const shared = s.op.view ? taken[0] : hasKernels(s.op, inputs, outputs, s.attrs) ? reusable(s.op.inPlace ?? [], taken, inputs, outputs[0]!) : undefined
    s.outputs.forEach((v, i) => {
      if (i === 0 && shared) { shared.readers += reads.get(v) ?? 0; buffers.set(v, shared) }
      else open(v, outputs[i]!)
    })
    const bytes = s.op.view || !scratchToo ? 0 : s.op.workspace?.(inputs, outputs, s.attrs as never) ?? 0
    const temporary = bytes ? arena.take(round(bytes)) : undefined
    scratch.push(temporary?.offset ?? 0)
    if (temporary) arena.give(temporary)
    for (const b of taken) if (b) b.readers--
    for (const b of new Set([...taken, ...s.outputs.map(v => buffers.get(v))])) if (b) close(b)
  }
  return { offsets: new Map([...buffers].map(([v, b]) => [v, b.offset])), scratch, bytes: arena.top }
}

/** The buffer of an input that output 0 may overwrite: one that nobody but this step reads any more. */
function reusable(candidates: readonly number[], taken: readonly (Buffer | undefined)[], inputs: readonly (Fact | undefined)[], output: Fact): Buffer | undefined {
  for (const i of candidates) {
    const b = taken[i], f = inputs[i]
    if (b && f && bytesOf(f) === bytesOf(output) && b.bytes >= bytesOf(output) && b.readers === taken.filter(t => t === b).length && inputs.every((g, k) => taken[k] !== b || String(g!.shape) === String(f.shape))) return b
  }
  return undefined
}

/** Offsets in a space that grows as needed: the smallest free gap that fits. */
class Arena {
  top = line
  private gaps: { offset: number; bytes: number }[] = []

  take(bytes: number): { offset: number; bytes: number } {
    let best = -1
    this.gaps.forEach((g, i) => { if (g.bytes >= bytes && (best < 0 || g.bytes < this.gaps[best]!.bytes)) best = i })
    if (best >= 0) {
      const g = this.gaps[best]!, at = g.offset
      if (g.bytes === bytes) this.gaps.splice(best, 1)
      else this.gaps[best] = { offset: at + bytes, bytes: g.bytes - bytes }
      return { offset: at, bytes }
    }
    const last = this.gaps[this.gaps.length - 1], at = last && last.offset + last.bytes === this.top ? this.gaps.pop()!.offset : this.top
    this.top = at + bytes
    return { offset: at, bytes }
  }

  give({ offset, bytes }: { offset: number; bytes: number }): void {
    let i = this.gaps.findIndex(g => g.offset > offset)
    if (i < 0) i = this.gaps.length
    this.gaps.splice(i, 0, { offset, bytes })
    for (const k of [i, i - 1]) {
      const a = this.gaps[k], b = this.gaps[k + 1]
      if (a && b && a.offset + a.bytes === b.offset) { a.bytes += b.bytes; this.gaps.splice(k + 1, 1) }
    }
  }
}
