import { EngineError, invalidModel } from '../errors.js'
import { type ReadExternal } from './tensor.js'

/**
 * Where the bytes of files beside the model come from: by name, from a function that reads a part of one (at once or by a promise; `length` is absent for
 * "to its end"), or from a function that has a `fill` as well, which copies a part straight to where it is wanted.
 */
export type ExternalData = Readonly<Record<string, Uint8Array>> | ReadExternal

/** A model that can be read: its bytes (without large weights where it is a file on disk), how what is stored elsewhere is read, and its path if it has one. */
export interface Opened { readonly bytes: Uint8Array; readonly external: ReadExternal; readonly path?: string }

export async function openModel(model: string | URL | Uint8Array, given: ExternalData | undefined): Promise<Opened> {
  const external = typeof given === 'function' ? given : given && fromRecord(given)
  // A Node Buffer is a Uint8Array whose slice() does not copy: a plain view has no such surprises.
  if (model instanceof Uint8Array) return { bytes: new Uint8Array(model.buffer, model.byteOffset, model.byteLength), external: external ?? (name => { throw invalidModel(`The model's weights are in the file "${name}" beside it: give that file's bytes as externalData, or load the model by its path.`) }) }
  const inNode = typeof process !== 'undefined' && Boolean(process.versions?.node)
  if (!inNode || (model instanceof URL && model.protocol !== 'file:') || /^https?:/.test(String(model))) return openModel(await fetched(model), given)
  const { openOnDisk } = await import('./disk.js')
  return openOnDisk(model, external)
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
