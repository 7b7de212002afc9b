import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NoisegraphError } from '../core/errors.js'
import type { Upload, Uploads } from '../core/services.js'
import { decodePicture, readPictureHeader } from './pictures.js'

/** Bytes of one upload, unless said otherwise. */
export const maxUploadBytes = 64 * 2 ** 20

/**
 * Uploaded pictures in a folder, each under the SHA-256 of its bytes: the same picture is kept once, and an id means the same picture on every server.
 * A picture is decoded when it arrives, so that a damaged one is refused then and not in the middle of a run.
 */
export function folderUploads(folder: string, url: (id: string) => string, maxBytes = maxUploadBytes): Uploads {
  const fileOf = (id: string) => join(folder, id)
  const describe = async (id: string, bytes: Uint8Array): Promise<Upload> => ({ id, ...(await readPictureHeader(bytes)), bytes: bytes.length, url: url(id) })
  const read = async (id: string): Promise<Uint8Array | undefined> => {
    if (!/^[0-9a-f]{64}$/.test(id)) return undefined
    return readFile(fileOf(id)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
  }
  return {
    async put(stream) {
      const bytes = await collected(stream, maxBytes)
      await decodePicture(bytes)
      const id = createHash('sha256').update(bytes).digest('hex')
      await mkdir(folder, { recursive: true })
      // Renamed into place: a reader never sees half a file, whoever else writes the same one.
      const part = `${fileOf(id)}.${process.pid}.part`
      await writeFile(part, bytes)
      await rename(part, fileOf(id))
      return describe(id, bytes)
    },
    async get(id) {
      const bytes = await read(id)
      return bytes && describe(id, bytes)
    },
    async read(id) {
      const bytes = await read(id)
      if (!bytes) throw new NoisegraphError('UNKNOWN_UPLOAD', `There is no upload "${id.slice(0, 80)}". Upload the picture first and use the id that the answer holds.`)
      return bytes
    },
  }
}

async function collected(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.length
    if (size > maxBytes) throw new NoisegraphError('INVALID_IMAGE', `The upload is larger than ${maxBytes / 2 ** 20} MiB.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
