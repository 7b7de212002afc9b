import { closeSync, fstatSync, openSync, read, readFileSync, readSync, realpathSync, type Stats } from 'node:fs'
import { basename, dirname, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EngineError, invalidModel } from '../errors.js'
import { type Opened } from './files.js'
import { outline, self } from './outline.js'
import { type ReadExternal } from './tensor.js'

/** A model on disk. Its large weights stay there, whether they are inside the file or beside it, until they are read to where they are used. */
export function openOnDisk(model: string | URL, given: ReadExternal | undefined): Opened {
  const path = model instanceof URL ? fileURLToPath(model) : model
  let bytes: Uint8Array
  try { bytes = outlineOf(path) ?? plain(readFileSync(path)) } catch (e) {
    throw new EngineError('INVALID_MODEL', `${path} could not be read: ${e instanceof Error ? e.message : String(e)}`, { cause: e })
  }
  const disk = besideFile(path)
  if (!given) return { bytes, external: disk, path }
  const external: ReadExternal = (name, offset, length) => (name === self ? disk : given)(name, offset, length)
  external.fill = async (name, offset, into) => {
    const from = name === self ? disk : given
    if (from.fill) return from.fill(name, offset, into)
    into.set(await from(name, offset, into.length))
  }
  return { bytes, external, path }
}

const plain = (b: Uint8Array): Uint8Array => new Uint8Array(b.buffer, b.byteOffset, b.byteLength)

function outlineOf(path: string): Uint8Array | undefined {
  const file = openSync(path, 'r')
  try { return outline(fstatSync(file).size, (at, into) => whole(file, path, at, into)) } finally { closeSync(file) }
}

function whole(file: number, name: string, offset: number, into: Uint8Array): void {
  for (let at = 0; at < into.length;) {
    const got = readSync(file, into, at, Math.min(into.length - at, 1 << 30), offset + at)
    if (got === 0) throw invalidModel(`The file "${name}" is truncated.`)
    at += got
  }
}

function readable(path: string, title: string): number {
  try { return openSync(path, 'r') } catch (e) { throw invalidModel(`The file "${title}" could not be opened: ${e instanceof Error ? e.message : String(e)}`) }
}

/** Reads from the model's folder and nowhere else, links followed. */
function besideFile(model: string): ReadExternal {
  const folder = realpathSync(dirname(resolve(model))), paths = new Map([[self, resolve(model)]])
  const pathOf = (name: string): string => {
    const known = paths.get(name)
    if (known) return known
    const outside = (): Error => invalidModel(`The model's weights are said to be in "${name}", which is outside its folder.`)
    const wanted = resolve(folder, name)
    if (!wanted.startsWith(folder + sep)) throw outside()
    let path: string
    try { path = realpathSync(wanted) } catch { throw invalidModel(`The model's weights are in the file "${name}", which is not there.`) }
    if (!path.startsWith(folder + sep)) throw outside()
    paths.set(name, path)
    return path
  }
  const known = new Map<string, Stats>()
  const opened = (name: string, offset: number, length: number | undefined): { file: number; n: number; title: string } => {
    const title = name === self ? basename(model) : name, file = readable(pathOf(name), title), now = fstatSync(file), { size } = now, n = length ?? size - offset, before = known.get(name) ?? now
    known.set(name, before)
    if (offset + n <= size && size === before.size && now.mtimeMs === before.mtimeMs) return { file, n, title }
    closeSync(file)
    if (offset + n <= size) throw invalidModel(`The file "${title}" was changed while the model was in use: load the model again.`)
    throw invalidModel(`The file "${title}" is truncated: bytes ${offset} to ${offset + n} are wanted, it has ${size}.`)
  }
  const external: ReadExternal = (name, offset, length) => {
    const { file, n, title } = opened(name, offset, length)
    try {
      const bytes = new Uint8Array(n)
      whole(file, title, offset, bytes)
      return bytes
    } finally { closeSync(file) }
  }
  external.fill = async (name, offset, into) => {
    const { file, title } = opened(name, offset, into.length)
    try { await readInto(file, title, offset, into) } finally { closeSync(file) }
  }
  return external
}

/** Reads off this thread, straight to where the bytes are wanted: other work goes on meanwhile. */
export async function readInto(file: number, name: string, offset: number, into: Uint8Array): Promise<void> {
  for (let at = 0; at < into.length;) {
    const got = await new Promise<number>((done, failed) => read(file, into, at, Math.min(into.length - at, 1 << 26), offset + at, (e, n) => { if (e) failed(e); else done(n) }))
    if (got === 0) throw invalidModel(`The file "${name}" is truncated.`)
    at += got
  }
}
