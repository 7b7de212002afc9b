import { type Packing } from '../passes/pack.js'
import { bytesOf, type Fact, type Tensor } from '../graph/value.js'
import { launchesOf, writeTape } from './emit.js'
import { type Memory } from './memory.js'
import { type Pool } from './pool.js'

/** A session's constants in memory, by their identity: each is placed once, however many plans read it. */
export class Constants {
  private readonly places = new Map<string, number>()
  constructor(private readonly memory: Memory, private readonly pool: Pool, private readonly kernels: ReadonlyMap<string, number>) {}

  place(f: Fact): number {
    const known = this.places.get(f.constant!)
    if (known !== undefined) return known
    const at = this.memory.allocate(Math.max(bytesOf(f), 1), 'A weight')
    write(this.memory, at, f.value!)
    this.places.set(f.constant!, at)
    return at
  }

  /** Makes what is not there yet, on the threads. What it was made of does not stay, unless a kernel reads it too. */
  async pack(packings: readonly Packing[], facts: ReadonlyMap<string, Fact>): Promise<void> {
    const missing = packings.filter(p => !this.places.has(p.to))
    for (let i = 0; i < missing.length;) {
      // A batch at a time, so that the unpacked weights are not all in memory together.
      const batch: Packing[] = []
      for (let bytes = 0; i < missing.length && (batch.length === 0 || bytes < 1 << 26); i++) { batch.push(missing[i]!); bytes += bytesOf(facts.get(missing[i]!.from)!) }
      await this.packBatch(batch, facts)
    }
  }

  private async packBatch(batch: readonly Packing[], facts: ReadonlyMap<string, Fact>): Promise<void> {
    const temporary: number[] = [], took: number[] = []
    try {
      const launches = batch.flatMap(p => {
        const source = facts.get(p.from)!, known = this.places.get(source.constant!)
        const from = known ?? this.memory.allocate(Math.max(bytesOf(source), 1), 'A weight')
        if (known === undefined) { temporary.push(from); write(this.memory, from, source.value!) }
        const to = this.memory.allocate(bytesOf(facts.get(p.to)!), 'A packed weight')
        took.push(to)
        return launchesOf({ op: p.op, attrs: p.attrs, inputs: [p.from], outputs: [p.to], node: undefined as never }, facts, v => v === p.from ? from : to, 0)
      })
      const tape = writeTape(this.memory, this.kernels, launches, this.pool.threads)
      temporary.push(tape.at)
      await this.pool.run(tape)
    } catch (e) { for (const at of took) this.memory.release(at); throw e } finally { for (const at of temporary) this.memory.release(at) }
    batch.forEach((p, i) => this.places.set(p.to, took[i]!))
  }

  close(): void {
    for (const at of this.places.values()) this.memory.release(at)
    this.places.clear()
  }
}

/** Copies a tensor into memory. */
export function write(memory: Memory, at: number, t: Tensor): void {
  const bytes = new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength)
  new Uint8Array(memory.buffer, at, bytes.length).set(bytes)
}
