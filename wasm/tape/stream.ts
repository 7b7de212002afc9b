import { EngineError } from '../errors.js'
import { mega, type Memory } from './memory.js'
import type { Entry, Volume } from './shelf.js'

/** A packed weight that stays on disk. */
export interface Shelved { readonly volume: Volume; readonly entry: Entry }
/** Weights that are in memory together, with their places in a half of the window. */
export class Segment {
  readonly places = new Map<string, { readonly offset: number; readonly shelved: Shelved }>()
  bytes = 0
  /** Whether what was read has been compared with its checksums. */
  checked = false
  constructor(readonly half: 0 | 1) {}
  add(key: string, shelved: Shelved): void {
    if (this.places.has(key)) return
    this.places.set(key, { offset: this.bytes, shelved })
    this.bytes += room(shelved.entry.bytes)
  }
}
export const room = (bytes: number): number => Math.ceil(bytes / 64) * 64 + 64

/** Compares what is in memory with its checksums; the entries that differ. */
export type Check = (parts: readonly { readonly at: number; readonly entry: Entry }[]) => Promise<readonly Entry[]>

/** Two halves of memory: while one is computed with, the other is read to. */
export class Stream {
  private readonly at: number
  private readonly halves: { segment?: Segment; reading: Promise<void> }[] = [{ reading: Promise.resolve() }, { reading: Promise.resolve() }]
  constructor(private readonly memory: Memory, readonly half: number, private readonly check: Check) { this.at = memory.allocate(2 * half, 'The window that weights pass through') }

  address(s: Segment, key: string): number { return this.at + s.half * this.half + (s.places.get(key)?.offset ?? 0) }

  /** Begins to read a segment, unless it is there. Nobody may be computing with what its half holds. */
  prefetch(s: Segment): void {
    const h = this.halves[s.half]!
    if (h.segment === s) return
    h.segment = s
    h.reading = h.reading.catch(() => undefined).then(() => h.segment === s ? this.read(s) : undefined)
    h.reading.catch(() => { if (h.segment === s) delete h.segment })
  }

  async ready(s: Segment): Promise<void> {
    this.prefetch(s)
    await this.halves[s.half]!.reading
  }

  private async read(s: Segment): Promise<void> {
    if (s.bytes > this.half) throw new EngineError('OUT_OF_MEMORY', `A step needs ${mega(s.bytes)} of weights at once, but the window holds ${mega(this.half)}.`)
    await Promise.all([...s.places].map(([key, { shelved }]) => shelved.volume.read(shelved.entry, new Uint8Array(this.memory.buffer, this.address(s, key), shelved.entry.bytes))))
    if (s.checked) return
    const wrong = await this.check([...s.places].map(([key, { shelved }]) => ({ at: this.address(s, key), entry: shelved.entry })))
    if (wrong.length) {
      for (const { shelved } of s.places.values()) shelved.volume.remove()
      throw new EngineError('FAILED', `${wrong.length} packed weights on disk are damaged; their file was removed and is made again when the model is loaded again.`)
    }
    s.checked = true
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.halves.map(h => h.reading))
    this.memory.release(this.at)
  }
}
