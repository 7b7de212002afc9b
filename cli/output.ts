import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { UsageError } from './errors.js'

/** a.png for one file; a-0.png, a-1.png ... for several. */
export const fileNames = (out: string, count: number): string[] =>
  count === 1 ? [out] : Array.from({ length: count }, (_, i) => `${out.slice(0, out.length - extname(out).length)}-${i}${extname(out)}`)

/** Refuses early what could only fail after the work is done. */
export function checkOut(out: string) {
  const extension = extname(out).toLowerCase()
  if (extension !== '.png') throw new UsageError(`--out must name a .png file, got "${out}".`)
}

/** The file appears whole or not at all. */
export async function write(path: string, bytes: Uint8Array) {
  await mkdir(dirname(path), { recursive: true })
  const part = `${path}.${process.pid}.part`
  await writeFile(part, bytes)
  await rename(part, path)
}
