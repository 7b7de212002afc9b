import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArtifactStore } from '../core/services.js'
import { described, idOf, typeOfId } from './ids.js'

/** Finished files in a folder. */
export function folderStore(folder: string, url: (id: string) => string): ArtifactStore {
  return {
    async put(generationId, file) {
      const id = idOf(generationId, file)
      await mkdir(folder, { recursive: true })
      const part = join(folder, `${id}.${process.pid}.part`)
      await writeFile(part, file.bytes)
      await rename(part, join(folder, id))
      return described(id, url(id), file)
    },
    async open(id) {
      const mimeType = typeOfId(id)
      if (!mimeType) return undefined
      try {
        return { bytes: await readFile(join(folder, id)), mimeType }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    async remove(ids) {
      for (const id of ids) if (typeOfId(id)) await rm(join(folder, id), { force: true })
    },
  }
}
