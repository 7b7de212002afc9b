import { EngineError } from '../errors.js'

const page = 65536, line = 64
/** What stands before and behind every allocation; checked in debug mode. */
const guardWord = 0x5afe5afe

/** The engine's one linear memory and who holds which part of it. Addresses are multiples of 64, with a line of 64 bytes between any two allocations. */
export class Memory {
  private readonly used = new Map<number, number>()
  /** Free ranges by address. */
  private free: { at: number; bytes: number }[] = []
  private top: number
  private inUse = 0
  peak = 0

  constructor(readonly wasm: WebAssembly.Memory, base: number, readonly maximum: number, readonly debug = false) {
    this.top = Math.ceil(base / line) * line + line
  }

  get bytes(): number { return this.inUse }
  get buffer(): ArrayBufferLike { return this.wasm.buffer }
  get shared(): boolean { return typeof SharedArrayBuffer !== 'undefined' && this.buffer instanceof SharedArrayBuffer }

  /** Throws OUT_OF_MEMORY with what was asked for and what there is. */
  allocate(bytes: number, purpose: string): number {
    const need = Math.ceil(bytes / line) * line + line
    const i = this.free.findIndex(f => f.bytes >= need)
    let at: number
    if (i >= 0) {
      const f = this.free[i]!
      at = f.at
      if (f.bytes === need) this.free.splice(i, 1)
      else this.free[i] = { at: f.at + need, bytes: f.bytes - need }
    } else {
      at = this.top
      this.grow(at + need + line, bytes, purpose)
      this.top += need
    }
    this.used.set(at, need)
    this.inUse += need
    this.peak = Math.max(this.peak, this.inUse)
    if (this.debug) this.guards(at, need).fill(guardWord)
    return at
  }

  release(at: number): void {
    const bytes = this.used.get(at)
    if (bytes === undefined) throw new EngineError('FAILED', `Address ${at} is not allocated.`)
    if (this.debug) this.check()
    this.used.delete(at)
    this.inUse -= bytes
    let i = this.free.findIndex(f => f.at > at)
    if (i < 0) i = this.free.length
    this.free.splice(i, 0, { at, bytes })
    for (const k of [i, i - 1]) {
      const a = this.free[k], b = this.free[k + 1]
      if (a && b && a.at + a.bytes === b.at) { a.bytes += b.bytes; this.free.splice(k + 1, 1) }
    }
    const last = this.free[this.free.length - 1]
    if (last && last.at + last.bytes === this.top) { this.top = last.at; this.free.pop() }
  }

  /** In debug mode: throws where a guard word was overwritten, by `who` if that is known. */
  check(who = 'Something'): void {
    if (!this.debug) return
    for (const [at, bytes] of this.used) {
      const guards = this.guards(at, bytes), i = guards.findIndex(w => w !== guardWord)
      if (i >= 0) throw new EngineError('FAILED', `${who} wrote past the end of the allocation of ${bytes} bytes at ${at}: word ${i} behind it is ${guards[i]}.`)
    }
  }

  private guards(at: number, bytes: number): Uint32Array { return new Uint32Array(this.buffer, at + bytes - line, line / 4) }

  private grow(end: number, asked: number, purpose: string): void {
    const have = this.buffer.byteLength
    if (end <= have) return
    const refuse = (cause?: unknown): EngineError => new EngineError('OUT_OF_MEMORY',
      `${purpose} needs ${mega(asked)} more, but ${mega(this.inUse)} of at most ${mega(this.maximum)} are in use.`, { cause })
    if (end > this.maximum) throw refuse()
    // Grow by an eighth at least, so that many small allocations do not mean many growths.
    const want = Math.min(this.maximum, Math.max(end, have + (have >> 3)))
    try { this.wasm.grow(Math.ceil((want - have) / page)) } catch (e) {
      try { this.wasm.grow(Math.ceil((end - have) / page)) } catch { throw refuse(e) }
    }
  }
}

export const mega = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`
