import { bytesOf, size, width, type Fact } from '../graph/value.js'
import { heldBytes } from '../launches/held.js'
import { type Wanted } from '../passes/prepare.js'

/** What is packed together: at least one, and no more than needs about `room` bytes. */
export function* batches(all: readonly Wanted[], room: number): Generator<readonly Wanted[]> {
  for (let i = 0; i < all.length;) {
    const batch: Wanted[] = []
    for (let bytes = 0; i < all.length && (batch.length === 0 || bytes + passing(all[i]!) < Math.min(room, 1 << 26)); i++) { batch.push(all[i]!); bytes += passing(all[i]!) }
    yield batch
  }
}

/** The most that constants take while they are brought to memory; `stays` says how much of each stays there. */
export function packingPeak(all: readonly Wanted[], room: number, stays: (w: Wanted) => number): number {
  let there = 0, most = 0
  for (const batch of batches(all, room)) {
    most = Math.max(most, there + batch.reduce((a, w) => a + bytesOf(w.fact) + passing(w), 0))
    there += batch.reduce((a, w) => a + stays(w), 0)
  }
  return most
}

/** Bytes that packing a constant needs for a while. */
export const passing = ({ packing, fact }: Wanted): number =>
  (packing ? bytesOf(packing.source) : 0) + (halved(packing?.source ?? fact) ? size((packing?.source ?? fact).shape) * width.float16 : 0) + (fact.held ? panelBytes(fact) : 0)

/** Bytes of panels in float32. */
export const panelBytes = (f: Fact): number => bytesOf(f) / heldBytes(f.held, f.depth!, 16) * f.depth! * 64

/** Whether a constant is stored in half precision and used in single. */
export const halved = (f: Fact): boolean => f.type === 'float32' && f.source?.type === 'float16'
