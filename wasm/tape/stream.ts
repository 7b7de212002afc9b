import { EngineError } from '../errors.js'
import { bytesOf } from '../graph/value.js'
import { type Wanted } from '../passes/prepare.js'
import { mega, type Memory } from './memory.js'

/** A weight with the address where it is to be, packed. */
export interface Part { readonly wanted: Wanted; readonly at: number }

/** Weights that are in memory together, with their places in a half of the window. */
export class Segment {
  readonly places = new Map<string, { readonly offset: number; readonly wanted: Wanted }>()
  bytes = 0
  constructor(readonly half: 0 | 1) {}
  add(wanted: Wanted): void {
    if (this.places.has(wanted.key)) return
    this.places.set(wanted.key, { offset: this.bytes, wanted })
    this.bytes += room(wanted)
  }
}
export const room = (w: Wanted): number => Math.ceil(bytesOf(w.fact) / 64) * 64 + 64

/** Two halves of memory: while one is computed with, the other is filled. `make` reads weights from where they are stored and packs them on the threads, which take turns with the computing. */
export class Stream {
  private readonly at: number
  private readonly halves: { segment?: Segment | undefined; filled: Promise<void> }[] = [0, 1].map(() => ({ filled: Promise.resolve() }))
  private last: Promise<void> = Promise.resolve()
  constructor(private readonly memory: Memory, readonly half: number, private readonly make: (parts: readonly Part[]) => Promise<void>) { this.at = memory.allocate(2 * half, 'The window that weights pass through') }

  address(s: Segment, key: string): number { return this.at + s.half * this.half + (s.places.get(key)?.offset ?? 0) }

  /** Begins to fill a half with a segment, unless it is there. Nobody may be computing with what that half holds. */
  prefetch(s: Segment): void {
    const h = this.halves[s.half]!
    if (h.segment === s) return
    h.segment = s
    // One after the other; a segment that another has taken the place of meanwhile is left out.
    h.filled = this.last.then(() => h.segment === s ? this.fill(s) : undefined)
    this.last = h.filled.catch(() => { if (h.segment === s) h.segment = undefined })
  }

  async ready(s: Segment): Promise<void> {
    this.prefetch(s)
    await this.halves[s.half]!.filled
  }

  private async fill(s: Segment): Promise<void> {
    if (s.bytes > this.half) throw new EngineError('OUT_OF_MEMORY', `A step needs ${mega(s.bytes)} of weights at once, but the window holds ${mega(this.half)}.`)
    await this.make([...s.places].map(([key, { wanted }]) => ({ wanted, at: this.address(s, key) })))
  }

  async close(): Promise<void> {
    await this.last
    this.memory.release(this.at)
  }
}
