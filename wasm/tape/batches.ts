import { bytesOf, size, width, type Fact } from '../graph/value.js'
import { storedBytes } from '../graph/weight.js'
import { heldBytes } from '../launches/held.js'
import { type StreamOption } from '../limits.js'
import { constantBytes, type Wanted } from '../passes/prepare.js'
import { streamed } from '../passes/streaming.js'

/** Bytes that packing may need besides at once, where one weight alone does not need more: at load, and in a run. */
export const mostAtOnce = 1 << 26, streamBatch = 1 << 24

/** What is packed together: at least one, and no more than needs about `room` bytes. */
export function* batches<T>(all: readonly T[], wanted: (t: T) => Wanted, room: number): Generator<readonly T[]> {
  for (let i = 0; i < all.length;) {
    const batch: T[] = []
    for (let bytes = 0; i < all.length && (batch.length === 0 || bytes + passing(wanted(all[i]!)) < room); i++) { batch.push(all[i]!); bytes += passing(wanted(all[i]!)) }
    yield batch
  }
}

/** Bytes of memory for constants: those that stay, with the window for those that are streamed; the most while they are brought to memory; and what packing those in the window takes besides. */
export function residence(all: readonly Wanted[], stream: StreamOption, room: number): { weights: number; bringing: number; passing: number } {
  const { keys, half } = streamed(all, stream), staying = all.filter(w => !keys.has(w.key)), weights = constantBytes(staying) + (half ? 2 * half + 64 : 0)
  const most = (part: readonly Wanted[], room: number): number => Math.max(0, ...[...batches(part, w => w, room)].map(b => b.reduce((a, w) => a + passing(w) + 128, 0)))
  let there = 0, bringing = 0
  for (const batch of batches(staying, w => w, Math.min(room, mostAtOnce))) {
    bringing = Math.max(bringing, there + batch.reduce((a, w) => a + bytesOf(w.fact) + passing(w), 0))
    there += constantBytes(batch)
  }
  return { weights, bringing, passing: Math.max(0, ...segments(all.filter(w => keys.has(w.key)), half).map(s => most(s, streamBatch))) }
}

/** What is in a half of the window together, where steps take weights in this order. */
function segments(all: readonly Wanted[], half: number): (readonly Wanted[])[] {
  const out: Wanted[][] = []
  let bytes = Infinity
  for (const w of all) {
    if ((bytes += constantBytes([w])) > half) { out.push([]); bytes = constantBytes([w]) }
    out.at(-1)!.push(w)
  }
  return out
}

/** Bytes that packing a constant needs for a while. */
export function passing({ packing, fact }: Wanted): number {
  const from = packing?.source ?? fact, grid = packing?.grid ? from.grid : undefined
  if (grid) return storedBytes(grid.numbers.type, grid.numbers.count) + grid.numbers.count * 4 + panelBytes(fact) + bytesOf(fact) / 4
  return (packing ? bytesOf(from) : 0) + (halved(from) ? size(from.shape) * width.float16 : 0) + (fact.held ? panelBytes(fact) : 0)
}

/** Bytes of panels in float32. */
export const panelBytes = (f: Fact): number => bytesOf(f) / heldBytes(f.held, f.depth!, 16) * f.depth! * 64

/** Whether a constant is stored in half precision and used in single. */
export const halved = (f: Fact): boolean => f.type === 'float32' && f.source?.type === 'float16'
