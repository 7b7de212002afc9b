import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Journal } from '../server/pipelines/pipeline.js'
import { write } from './output.js'

/** A journal in a folder, one file for each entry. An entry that is damaged counts as not written. */
export function folderJournal(folder: string): Journal {
  const file = (number: number) => join(folder, `${number}.json`)
  return {
    async read(number) {
      const kept = await readJson<{ shape: number[]; data: string }>(file(number))
      return kept && { shape: kept.shape, data: new Float32Array(new Uint8Array(Buffer.from(kept.data, 'base64')).buffer) }
    },
    async write(number, { shape, data }) {
      await mkdir(folder, { recursive: true })
      await write(file(number), Buffer.from(JSON.stringify({ shape, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') })))
    },
  }
}

/** Undefined where there is no such file, or nothing whole in it. */
export async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
