import { invalidModel } from '../errors.js'
import { storedBytes, whenThere } from '../graph/weight.js'
import { bytesOf, size, width, type Fact, type Source, type Tensor } from '../graph/value.js'
import { heldBytes, heldCode } from '../launches/held.js'
import { castLaunch } from '../ops/families/cast-kernels.js'
import { u32, type Launch } from '../ops/op.js'
import { type Wanted } from '../passes/prepare.js'
import { launchesOf, writeTape } from './emit.js'
import { type Memory } from './memory.js'
import { type Pool } from './pool.js'

/** A session's constants in memory, by their identity: each is placed once, however many plans read it. */
export class Constants {
  private readonly places = new Map<string, number>()
  constructor(private readonly memory: Memory, private readonly pool: Pool, private readonly kernels: ReadonlyMap<string, number>) {}

  has(key: string): boolean { return this.places.has(key) }

  place(f: Fact): number {
    const known = this.places.get(f.constant!)
    if (known !== undefined) return known
    const at = this.memory.allocate(Math.max(bytesOf(f), 1), 'A weight')
    write(this.memory, at, f.value!)
    this.places.set(f.constant!, at)
    return at
  }

  /** Brings to memory what is not there yet, packed on the threads, in batches that need about `room` bytes besides; what packed weights are made of does not stay. */
  async bring(wanted: readonly Wanted[], room: number): Promise<void> {
    const missing = wanted.filter(w => !this.places.has(w.key))
    for (let i = 0; i < missing.length;) {
      const batch: Wanted[] = []
      for (let bytes = 0; i < missing.length && (batch.length === 0 || bytes + passing(missing[i]!) < Math.min(room, 1 << 26)); i++) { batch.push(missing[i]!); bytes += passing(missing[i]!) }
      await this.make(batch)
    }
  }

  private async make(batch: readonly Wanted[]): Promise<void> {
    const passing: number[] = [], took = batch.map(w => this.memory.allocate(Math.max(bytesOf(w.fact), 1), 'A weight'))
    const room = (bytes: number): number => { const at = this.memory.allocate(bytes, 'A weight that is being packed'); passing.push(at); return at }
    try {
      const launches = await Promise.all(batch.map((w, i) => this.launchesFor(w, took[i]!, room)))
      const tape = writeTape(this.memory, this.kernels, launches.flat(), this.pool.threads)
      passing.push(tape.at)
      await this.pool.run(tape)
    } catch (e) { for (const at of took) this.memory.release(at); throw e } finally { for (const at of passing) this.memory.release(at) }
    batch.forEach((w, i) => this.places.set(w.key, took[i]!))
  }

  /** Reads a constant's values, and says what is left to be done by kernels until it is at `to` as it is wanted. */
  private async launchesFor({ fact, packing }: Wanted, to: number, room: (bytes: number) => number): Promise<Launch[]> {
    const from = packing?.source ?? fact, launches: Launch[] = [], known = packing && this.places.get(from.constant!)
    const x = known ?? (packing ? room(bytesOf(from)) : to)
    if (known !== undefined) { /* It is there for another kernel. */ }
    else if (from.source && halved(from)) {
      const stored = room(bytesOf(from) / 2)
      await this.read(from.source, stored, bytesOf(from) / 2)
      launches.push(castLaunch({ type: 'float16', shape: from.shape, at: stored }, { type: 'float32', shape: from.shape, at: x }))
    } else if (from.source && from.source.type === from.type && storedBytes(from.type, size(from.shape)) === bytesOf(from)) await this.read(from.source, x, bytesOf(from))
    else await whenThere(() => write(this.memory, x, from.value!))
    if (!packing) return launches
    const panels = fact.held ? room(panelBytes(fact)) : to
    const places = new Map<string, Fact>([['x', from], ['y', fact]])
    launches.push(...launchesOf({ op: packing.op, attrs: packing.attrs, inputs: ['x'], outputs: ['y'], node: undefined as never }, places, v => v === 'x' ? x : panels, 0))
    if (fact.held) launches.push({ kernel: 'f32_compress', args: [u32(panels), u32(to), u32(fact.depth!), u32(heldCode(fact.held))], tiles: panelBytes(fact) / (fact.depth! * 64) })
    return launches
  }

  private async read(source: Source, at: number, bytes: number): Promise<void> {
    const into = (): Uint8Array => new Uint8Array(this.memory.buffer, at, bytes)
    // Memory that is not shared may move while something is read.
    if (source.fill && this.memory.shared) return source.fill(into())
    const got = await source.read()
    if (got.length !== bytes) throw invalidModel(`${bytes} bytes of a weight are wanted, but ${got.length} were given.`)
    into().set(got)
  }

  close(): void {
    for (const at of this.places.values()) this.memory.release(at)
    this.places.clear()
  }
}

const halved = (f: Fact): boolean => f.type === 'float32' && f.source?.type === 'float16'

/** Bytes that packing a constant needs for a while. */
export const passing = ({ packing, fact }: Wanted): number =>
  (packing ? bytesOf(packing.source) : 0) + (halved(packing?.source ?? fact) ? size((packing?.source ?? fact).shape) * width.float16 : 0) + (fact.held ? panelBytes(fact) : 0)

/** Bytes of panels in float32. */
const panelBytes = (f: Fact): number => bytesOf(f) / heldBytes(f.held, f.depth!, 16) * f.depth! * 64

/** Copies a tensor into memory. */
export function write(memory: Memory, at: number, t: Tensor): void {
  const bytes = new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength)
  new Uint8Array(memory.buffer, at, bytes.length).set(bytes)
}
