import { EngineError, invalidModel } from '../errors.js'
import { type ReadExternal } from './tensor.js'

/** Files beside the model: their bytes by name, or a function that reads a part of one. */
export type ExternalData = Readonly<Record<string, Uint8Array>> | ReadExternal

/** The model's bytes, and how the files beside it are read. */
export async function openModel(model: string | URL | Uint8Array, given: ExternalData | undefined): Promise<{ bytes: Uint8Array; external: ReadExternal }> {
  const external = typeof given === 'function' ? given : given && fromRecord(given)
  // A Node Buffer is a Uint8Array whose slice() does not copy: a plain view has no such surprises.
  if (model instanceof Uint8Array) return { bytes: new Uint8Array(model.buffer, model.byteOffset, model.byteLength), external: external ?? (name => { throw invalidModel(`The model's weights are in the file "${name}" beside it: give that file's bytes as externalData, or load the model by its path.`) }) }
  const inNode = typeof process !== 'undefined' && Boolean(process.versions?.node)
  if (!inNode || (model instanceof URL && model.protocol !== 'file:') || /^https?:/.test(String(model))) return openModel(await fetched(model), given)
  const { readFile } = await import('node:fs/promises')
  const { fileURLToPath } = await import('node:url')
  const path = model instanceof URL ? fileURLToPath(model) : model
  const bytes = await readFile(path).catch((e: unknown) => { throw new EngineError('INVALID_MODEL', `${path} could not be read: ${e instanceof Error ? e.message : String(e)}`, { cause: e }) })
  return { bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), external: external ?? await besideFile(path) }
}

async function fetched(model: string | URL): Promise<Uint8Array> {
  const response = await fetch(model).catch((e: unknown) => { throw new EngineError('INVALID_MODEL', `${String(model)} could not be fetched: ${e instanceof Error ? e.message : String(e)}.`, { cause: e }) })
  if (!response.ok) throw invalidModel(`${String(model)} could not be fetched: ${response.status} ${response.statusText}.`)
  return new Uint8Array(await response.arrayBuffer())
}

const fromRecord = (files: Readonly<Record<string, Uint8Array>>): ReadExternal => (name, offset, length) => {
  const bytes = files[name]
  if (!bytes) throw invalidModel(`The model's weights are in the file "${name}", which was not given; given are ${Object.keys(files).join(', ') || 'none'}.`)
  return part(bytes, name, offset, length)
}

function part(bytes: Uint8Array, name: string, offset: number, length = bytes.length - offset): Uint8Array {
  if (offset + length > bytes.length) throw invalidModel(`The file "${name}" is truncated: bytes ${offset} to ${offset + length} are wanted, it has ${bytes.length}.`)
  return bytes.subarray(offset, offset + length)
}

/** Reads from the model's folder and nowhere else, links followed. */
async function besideFile(model: string): Promise<ReadExternal> {
  const { openSync, readSync, fstatSync, closeSync, realpathSync } = await import('node:fs')
  const { dirname, resolve, sep } = await import('node:path')
  const folder = realpathSync(dirname(resolve(model)))
  return (name, offset, length) => {
    const outside = (): Error => invalidModel(`The model's weights are said to be in "${name}", which is outside its folder.`)
    const wanted = resolve(folder, name)
    if (!wanted.startsWith(folder + sep)) throw outside()
    let path: string
    try { path = realpathSync(wanted) } catch { throw invalidModel(`The model's weights are in the file "${name}", which is not there.`) }
    if (!path.startsWith(folder + sep)) throw outside()
    const file = openSync(path, 'r')
    try {
      const size = fstatSync(file).size, n = length ?? size - offset
      if (offset + n > size) throw invalidModel(`The file "${name}" is truncated: bytes ${offset} to ${offset + n} are wanted, it has ${size}.`)
      const bytes = new Uint8Array(n)
      for (let at = 0; at < n;) {
        const got = readSync(file, bytes, at, Math.min(n - at, 1 << 30), offset + at)
        if (got === 0) throw invalidModel(`The file "${name}" is truncated.`)
        at += got
      }
      return bytes
    } finally { closeSync(file) }
  }
}
