import { invalidModel } from '../errors.js'
import { storedBytes, whenThere } from '../graph/weight.js'
import { bytesOf, size, type Fact, type Source, type Tensor } from '../graph/value.js'
import { heldCode } from '../launches/held.js'
import { castLaunch } from '../ops/families/cast-kernels.js'
import { u32, type Launch } from '../ops/op.js'
import type { Wanted } from '../passes/prepare.js'
import { batches, halved, mostAtOnce, panelBytes, streamBatch } from './batches.js'
import { checksumAt, checksumBytes, checksumLaunch } from './checksum.js'
import { launchesOf, writeTape } from './emit.js'
import { gridLaunches, scalesOf } from './grid.js'
import { type Memory } from './memory.js'
import { type Pool } from './pool.js'
import type { Draft, Entry, Shelf, Volume } from './shelf.js'
import { Stream, type Part } from './stream.js'

/** A session's constants in memory, by their identity: each is placed once, however many plans read it. With a shelf, packed ones are kept on disk as well. */
export class Constants {
  private readonly places = new Map<string, number>()
  private readonly streamed = new Map<string, Wanted>()
  private readonly volumes: Volume[] = []
  private writing: Promise<void> = Promise.resolve()
  private window: Stream | undefined
  constructor(private readonly memory: Memory, private readonly pool: Pool, private readonly kernels: ReadonlyMap<string, number>, private readonly shelf?: Shelf) {}

  has(key: string): boolean { return this.places.has(key) || this.streamed.has(key) }
  /** A weight that does not stay in memory, and is packed anew whenever it passes. */
  passing(key: string): Wanted | undefined { return this.streamed.get(key) }

  place(f: Fact): number {
    const known = this.places.get(f.constant!)
    if (known !== undefined) return known
    const at = this.memory.allocate(Math.max(bytesOf(f), 1), 'A weight')
    write(this.memory, at, f.value!)
    this.places.set(f.constant!, at)
    return at
  }

  /** The window that weights pass through, with halves of at least so many bytes. */
  async stream(half: number): Promise<Stream> {
    if (this.window && this.window.half >= half) return this.window
    await this.window?.close()
    return this.window = new Stream(this.memory, half, async parts => { for (const batch of batches(parts, p => p.wanted, streamBatch)) await this.make(batch) })
  }

  /**
   * Brings to memory what is not there yet, packed on the threads, in batches that need about `room` bytes besides; what packed weights are made of does not stay.
   * What is `streamed` comes when its turn comes.
   */
  async bring(wanted: readonly Wanted[], room: number, streamed: ReadonlySet<string>): Promise<void> {
    for (const w of wanted) if (streamed.has(w.key) && !this.has(w.key)) this.streamed.set(w.key, w)
    const missing = wanted.filter(w => !this.has(w.key)), shelved = this.shelf ? missing.filter(w => nameOf(w) !== undefined) : []
    const shelf = shelved.reduce((a, w) => a + bytesOf(w.fact), 0) >= worthKeeping ? this.shelf : undefined
    const sums = shelf ? await this.takeDown(shelf, shelved) : new Map<string, Sums>()
    const rest = missing.filter(w => !this.has(w.key)), again = shelf && shelved.some(w => !this.has(w.key))
    const draft = again ? shelf.begin(shelved.map(w => ({ name: nameOf(w)!, bytes: bytesOf(w.fact), origin: w.packing?.source.source?.origin }))) : undefined
    try {
      for (const batch of batches(rest, w => w, Math.min(room, mostAtOnce))) await this.keep(batch, draft && (w => shelved.includes(w)), sums)
      if (draft) this.putUp(draft, shelved, sums)
    } catch (e) { draft?.abandon(); throw e }
  }

  /** Reads from the shelf what is there and whole; says with which checksums. */
  private async takeDown(shelf: Shelf, shelved: readonly Wanted[]): Promise<Map<string, Sums>> {
    const found = shelf.open(shelved.map(w => nameOf(w)!)), sums = new Map<string, Sums>()
    if (!found) return sums
    const { entries, changed, volume } = found, entry = (w: Wanted): Entry => entries.get(nameOf(w)!)!
    this.volumes.push(volume)
    if (changed && !await this.unchanged(shelved, w => entry(w).source)) return sums
    const at = shelved.map(w => this.memory.allocate(bytesOf(w.fact), 'A packed weight'))
    const bad = new Set<Entry>(shelved.map(entry).filter((e, i) => e.bytes !== bytesOf(shelved[i]!.fact)))
    await Promise.all(shelved.map(async (w, i) => { if (!bad.has(entry(w))) await volume.read(entry(w), new Uint8Array(this.memory.buffer, at[i]!, entry(w).bytes)).catch(() => bad.add(entry(w))) }))
    for (const e of await this.damaged(shelved.map((w, i) => ({ at: at[i]!, entry: entry(w) })).filter(p => !bad.has(p.entry)))) bad.add(e)
    shelved.forEach((w, i) => {
      if (bad.has(entry(w))) { this.memory.release(at[i]!); return }
      this.places.set(w.key, at[i]!)
      sums.set(w.key, { packed: entry(w).checksum, source: entry(w).source })
    })
    return sums
  }

  /** The entries whose bytes in memory have another checksum than was noted. */
  private async damaged(parts: readonly { readonly at: number; readonly entry: Entry }[]): Promise<readonly Entry[]> {
    const sums = await this.sums(parts.map(p => ({ at: p.at, bytes: p.entry.bytes })))
    return parts.filter((p, i) => sums[i] !== p.entry.checksum).map(p => p.entry)
  }

  private async sums(parts: readonly { readonly at: number; readonly bytes: number }[]): Promise<string[]> {
    const to = parts.map(p => this.memory.allocate(checksumBytes(p.bytes), 'A checksum'))
    try {
      await this.launch(parts.map((p, i) => checksumLaunch(p.at, p.bytes, to[i]!)))
      return parts.map((p, i) => checksumAt(this.memory, to[i]!, p.bytes))
    } finally { for (const at of to) this.memory.release(at) }
  }

  /** Whether weights whose files have another time are the same as when they were packed. */
  private async unchanged(shelved: readonly Wanted[], before: (w: Wanted) => string): Promise<boolean> {
    for (const w of shelved) {
      const { source } = w.packing!.source, bytes = source && storedBytes(source.type, size(w.packing!.source.shape))
      if (!source || !bytes) return false
      const at = this.memory.allocate(bytes, 'A weight that is being compared')
      try {
        await this.read(source, at, bytes)
        if ((await this.sums([{ at, bytes }]))[0] !== before(w)) return false
      } finally { this.memory.release(at) }
    }
    return true
  }

  /** Makes weights that stay. */
  private async keep(batch: readonly Wanted[], noted: ((w: Wanted) => boolean) | undefined, sums: Map<string, Sums>): Promise<void> {
    const parts = batch.map(w => ({ wanted: w, at: this.memory.allocate(Math.max(bytesOf(w.fact), 1), 'A weight') }))
    try { await this.make(parts, noted, sums) } catch (e) { for (const p of parts) this.memory.release(p.at); throw e }
    for (const { wanted, at } of parts) this.places.set(wanted.key, at)
  }

  /** Reads weights and packs them to where they are to be; with the checksums of those that are `noted`. */
  private async make(parts: readonly Part[], noted?: (w: Wanted) => boolean, sums?: Map<string, Sums>): Promise<void> {
    const passing: number[] = [], notes: (() => void)[] = []
    const room = (bytes: number): number => { const at = this.memory.allocate(bytes, 'A weight that is being packed'); passing.push(at); return at }
    try {
      const launches = await Promise.all(parts.map(async ({ wanted: w, at }) => {
        const list: Launch[] = [], note = (at: number, bytes: number): () => string => {
          const to = room(checksumBytes(bytes))
          list.push(checksumLaunch(at, bytes, to))
          return () => checksumAt(this.memory, to, bytes)
        }
        let source = (): string => ''
        const made = await this.launchesFor(w, at, room, noted?.(w) ? (at, bytes) => { source = note(at, bytes) } : undefined)
        list.push(...made)
        if (noted?.(w)) { const packed = note(at, bytesOf(w.fact)); notes.push(() => sums?.set(w.key, { packed: packed(), source: source() })) }
        return list
      }))
      await this.launch(launches.flat())
      for (const n of notes) n()
    } finally { for (const at of passing) this.memory.release(at) }
  }

  private async launch(launches: readonly Launch[]): Promise<void> {
    if (!launches.length) return
    const tape = writeTape(this.memory, this.kernels, launches, this.pool.threads)
    try { await this.pool.run(tape) } finally { this.memory.release(tape.at) }
  }

  /** Writes packed weights for the next start, beside other work. */
  private putUp(draft: Draft, shelved: readonly Wanted[], sums: ReadonlyMap<string, Sums>): void {
    const writing = (async () => {
      for (const w of shelved) await draft.add(nameOf(w)!, new Uint8Array(this.memory.buffer, this.places.get(w.key)!, bytesOf(w.fact)), sums.get(w.key)!.packed, sums.get(w.key)!.source)
      await draft.finish()
    })().catch((e: unknown) => { draft.abandon(); warn(`Packed weights could not be kept on disk: ${e instanceof Error ? e.message : String(e)}`) })
    this.writing = Promise.all([this.writing, writing]).then(() => undefined)
  }

  /** Reads a constant's values, and says what is left to be done by kernels until it is at `to` as it is wanted. */
  private async launchesFor(w: Wanted, to: number, room: (bytes: number) => number, stored?: (at: number, bytes: number) => void): Promise<Launch[]> {
    const { fact, packing } = w
    if (packing?.grid) {
      const { type, count } = packing.source.grid!.numbers, bytes = storedBytes(type, count), at = room(bytes), scales = await whenThere(() => scalesOf(w)), s = room(scales.byteLength)
      await this.read(packing.source.grid!.numbers, at, bytes)
      new Float32Array(this.memory.buffer, s, scales.length).set(scales)
      return gridLaunches(w, at, room(count * 4), room(panelBytes(fact)), s, to)
    }
    const from = packing?.source ?? fact, launches: Launch[] = [], known = packing && this.places.get(from.constant!)
    const x = known ?? (packing ? room(bytesOf(from)) : to)
    if (known !== undefined) { /* It is there for another kernel. */ }
    else if (from.source && halved(from)) {
      const halves = room(bytesOf(from) / 2)
      await this.read(from.source, halves, bytesOf(from) / 2)
      stored?.(halves, bytesOf(from) / 2)
      launches.push(castLaunch({ type: 'float16', shape: from.shape, at: halves }, { type: 'float32', shape: from.shape, at: x }))
    } else if (from.source && from.source.type === from.type && storedBytes(from.type, size(from.shape)) === bytesOf(from)) {
      await this.read(from.source, x, bytesOf(from))
      stored?.(x, bytesOf(from))
    }
    else await whenThere(() => write(this.memory, x, from.value!))
    if (!packing) return launches
    const panels = fact.held ? room(panelBytes(fact)) : to
    const places = new Map<string, Fact>([['x', from], ['y', fact]])
    launches.push(...launchesOf({ op: packing.op, attrs: packing.attrs, inputs: ['x'], outputs: ['y'], node: undefined as never }, places, v => v === 'x' ? x : panels, 0))
    if (fact.held) launches.push({ kernel: 'f32_compress', args: [u32(panels), u32(to), u32(fact.depth!), u32(heldCode(fact.held)), u32(0), u32(0)], tiles: panelBytes(fact) / (fact.depth! * 64) })
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

  async close(): Promise<void> {
    await this.writing
    await this.window?.close()
    for (const v of this.volumes) v.close()
    for (const at of this.places.values()) this.memory.release(at)
    this.places.clear()
  }
}

/** Checksums of a packed weight, and of what it was made of. */
interface Sums { readonly packed: string; readonly source: string }
/** Fewer bytes are packed again as fast as they are read. */
const worthKeeping = 1 << 20

/** The name of a packing on the shelf: what is done to which bytes of which file. Nothing where they are in no file. */
function nameOf({ packing, fact }: Wanted): string | undefined {
  const from = packing?.source
  return packing && from?.source?.origin !== undefined && from.type === 'float32' ? JSON.stringify([packing.op.name, packing.attrs, fact.held ?? 'float32', from.source.origin, from.source.type, from.shape]) : undefined
}

const warn = (message: string): void => { process.emitWarning(message, 'noisegraph') }

/** Copies a tensor into memory. */
export function write(memory: Memory, at: number, t: Tensor): void {
  const bytes = new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength)
  new Uint8Array(memory.buffer, at, bytes.length).set(bytes)
}
