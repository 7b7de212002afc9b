import { createHash } from 'node:crypto'
import { accessSync, close, closeSync, constants, existsSync, fstatSync, mkdirSync, openSync, readSync, readdirSync, renameSync, rmSync, statSync, write, type Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { readInto } from '../onnx/disk.js'
import { self } from '../onnx/outline.js'

/** A packed weight in the file: what it was made of, with which checksum then, and where it is. */
export interface Entry { readonly name: string; readonly offset: number; readonly bytes: number; readonly checksum: string; readonly source: string }
interface Origin { readonly name: string; readonly bytes: number; readonly modified: number }
interface Header { readonly format: 1; readonly kernels: string; readonly files: readonly Origin[]; readonly entries: readonly Entry[] }

const magic = 'noisegraph packed weights 1\n', line = 64
/** Files that are kept for one model: packings for other shapes or types. */
const most = 4
/** Milliseconds without a write after which nobody writes to a file any more. */
const abandoned = 3_600_000

/**
 * Packed weights on disk: beside the model as `.NAME.HASH.packed`, or in a folder where that cannot be written to. The hash is of the kernels and of everything
 * that the packings are; weights that changed are noticed by size and time of their files, and by their checksum where only the time differs.
 */
export class Shelf {
  private constructor(private readonly model: string, private readonly folder: string, private readonly kernels: string) {}

  /** Where nothing can be written, there is none. `folder`: for models whose own folder is not to be written to. */
  static at(model: string, kernels: string, folder: string | undefined): Shelf | undefined {
    for (const place of [dirname(model), ...folder ? [folder] : []]) {
      try {
        mkdirSync(place, { recursive: true })
        accessSync(place, constants.W_OK)
        return new Shelf(model, place, kernels)
      } catch { /* The next one. */ }
    }
    return undefined
  }

  private prefix(): string { return `.${basename(this.model)}${this.folder === dirname(this.model) ? '' : `-${createHash('sha256').update(this.model).digest('hex').slice(0, 8)}`}.` }
  private path(names: readonly string[]): string {
    return join(this.folder, `${this.prefix()}${createHash('sha256').update(JSON.stringify([this.kernels, [...names].sort()])).digest('hex').slice(0, 16)}.packed`)
  }

  /** The file with these packings, if it is there and whole. `changed`: a file of weights has another time than when it was made. */
  open(names: readonly string[]): { entries: ReadonlyMap<string, Entry>; changed: boolean; volume: Volume } | undefined {
    const path = this.path(names)
    if (!existsSync(path)) return undefined
    const file = openSync(path, 'r')
    const header = headerOf(file), entries = new Map(header?.entries.map(e => [e.name, e]))
    const now = header?.files.map(f => statOf(this.locate(f.name)))
    if (header?.kernels !== this.kernels || names.some(n => !entries.has(n)) || !now || header.files.some((f, i) => now[i]?.size !== f.bytes)) {
      closeSync(file)
      return undefined
    }
    return { entries, changed: header.files.some((f, i) => now[i]!.mtimeMs !== f.modified), volume: new Volume(path, file) }
  }

  /** Begins a file: packings are added one after the other, and it is there when it is whole. */
  begin(all: readonly { readonly name: string; readonly bytes: number; readonly origin: string | undefined }[]): Draft {
    const files = [...new Set(all.flatMap(a => a.origin === undefined ? [] : [a.origin.slice(0, a.origin.lastIndexOf('@'))]))]
    return new Draft(this.path(all.map(a => a.name)), all, sums => {
      const header: Header = { format: 1, kernels: this.kernels, files: files.map(name => { const s = statSync(this.locate(name)); return { name, bytes: s.size, modified: s.mtimeMs } }), entries: sums }
      return JSON.stringify(header)
    }, () => this.tidy())
  }

  private locate(name: string): string { return name === self ? this.model : join(dirname(this.model), name) }

  /** Keeps the newest files, and what is being written to; what a process that was killed left unfinished goes. */
  private tidy(): void {
    const mine = readdirSync(this.folder).filter(f => f.startsWith(this.prefix())).map(f => ({ f: join(this.folder, f), at: statOf(join(this.folder, f))?.mtimeMs ?? 0 }))
    const old = mine.filter(m => m.f.endsWith('.packed')).sort((a, b) => b.at - a.at).slice(most), left = mine.filter(m => m.f.endsWith('.part') && m.at < Date.now() - abandoned)
    for (const { f } of [...old, ...left]) rmSync(f, { force: true })
  }
}

const statOf = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false })

/** An open file of packed weights. */
export class Volume {
  constructor(private readonly path: string, private readonly file: number) {}
  read(e: Entry, into: Uint8Array): Promise<void> { return readInto(this.file, this.path, e.offset, into) }
  close(): void { close(this.file) }
}

/** The header is at the end: [magic][packings][header][its length, 8 bytes][its SHA-256]. */
function headerOf(file: number): Header | undefined {
  try {
    const size = fstatSync(file).size, tail = Buffer.alloc(40)
    readSync(file, tail, 0, 40, size - 40)
    const length = Number(tail.readBigUInt64LE(0))
    if (!(length > 0 && length < size)) return undefined
    const text = Buffer.alloc(length)
    readSync(file, text, 0, length, size - 40 - length)
    if (!createHash('sha256').update(text).digest().equals(tail.subarray(8))) return undefined
    const header = JSON.parse(text.toString()) as Header
    return header.format === 1 ? header : undefined
  } catch { return undefined }
}

const writeAt = promisify(write) as (file: number, bytes: Uint8Array, from: number, length: number, at: number) => Promise<{ bytesWritten: number } | number>

/** A file that is being written. */
export class Draft {
  private readonly temporary: string
  private readonly file: number
  private readonly entries: Entry[] = []
  private at = Math.ceil(magic.length / line) * line

  constructor(private readonly path: string, private readonly all: readonly { readonly name: string }[], private readonly header: (entries: readonly Entry[]) => string, private readonly done: () => void) {
    this.temporary = `${path}.${process.pid}.${performance.now().toString(36)}.part`
    this.file = openSync(this.temporary, 'wx')
  }

  async add(name: string, bytes: Uint8Array, checksum: string, source: string): Promise<void> {
    const offset = this.at
    this.entries.push({ name, offset, bytes: bytes.length, checksum, source })
    this.at = offset + Math.ceil(bytes.length / line) * line
    await this.write(bytes, offset)
  }

  /** Makes it the file, if nothing is missing. */
  async finish(): Promise<void> {
    await this.write(Buffer.from(magic), 0)
    const text = Buffer.from(this.header(this.entries)), tail = Buffer.alloc(8)
    tail.writeBigUInt64LE(BigInt(text.length))
    await this.write(Buffer.concat([text, tail, createHash('sha256').update(text).digest()]), this.at)
    if (this.entries.length !== this.all.length) { this.abandon(); return }
    renameSync(this.temporary, this.path)
    closeSync(this.file)
    this.done()
  }

  abandon(): void {
    closeSync(this.file)
    rmSync(this.temporary, { force: true })
  }

  private async write(bytes: Uint8Array, to: number): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const got = await writeAt(this.file, bytes, at, Math.min(bytes.length - at, 1 << 26), to + at)
      at += typeof got === 'number' ? got : got.bytesWritten
    }
  }
}
