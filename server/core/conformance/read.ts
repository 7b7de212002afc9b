import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** Names of the recorded files of a folder, in order. */
export async function recordings(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter(name => name.endsWith('.json.gz')).sort()
}

/** A gzip-compressed JSON file; numbers that are not finite are strings in it, and come back as numbers. */
export async function recording(folder: string, name: string): Promise<Record<string, unknown>> {
  const text = gunzipSync(await readFile(join(folder, name))).toString('utf8')
  return JSON.parse(text, (_, value: unknown) => (typeof value === 'string' && value in nonFinite ? nonFinite[value] : value)) as Record<string, unknown>
}
const nonFinite: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity }
