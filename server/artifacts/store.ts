import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { endingOf, typeOf } from '../core/formats.js'
import type { ArtifactStore } from '../core/services.js'

/**
 * Finished files in a folder. An artifact's id is its file name, generation, index and ending, so nothing else has to be kept:
 * putting the same generation and index again replaces the file.
 */
export function folderStore(folder: string, url: (id: string) => string): ArtifactStore {
  const pattern = /^[A-Za-z0-9_-]+-\d+\.([a-z0-9]+)$/
  return {
    async put(generationId, { bytes, mimeType, width, height, index, seed }) {
      const id = `${generationId}-${index}.${endingOf(mimeType)}`
      if (!pattern.test(id)) throw new RangeError(`"${generationId}" cannot be part of a file name.`)
      await mkdir(folder, { recursive: true })
      const part = join(folder, `${id}.${process.pid}.part`)
      await writeFile(part, bytes)
      await rename(part, join(folder, id))
      return { id, url: url(id), mimeType, bytes: bytes.length, index, seed, ...(width !== undefined && { width }), ...(height !== undefined && { height }) }
    },
    async open(id) {
      const ending = pattern.exec(id)?.[1]
      if (!ending) return undefined
      try {
        return { bytes: await readFile(join(folder, id)), mimeType: typeOf(ending) }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    async remove(ids) {
      for (const id of ids) if (pattern.test(id)) await rm(join(folder, id), { force: true })
    },
  }
}
