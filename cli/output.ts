import { constants } from 'node:fs'
import { access, mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { UsageError } from './errors.js'

/** a.png for one file; a-0.png, a-1.png ... for several. */
export const fileNames = (out: string, count: number): string[] =>
  count === 1 ? [out] : Array.from({ length: count }, (_, i) => `${out.slice(0, out.length - extname(out).length)}-${i}${extname(out)}`)

/** Refuses early what could only fail after the work is done. */
export async function checkOut(out: string) {
  if (extname(out).toLowerCase() !== '.png') throw new UsageError(`--out must name a .png file, got "${out}".`)
  try {
    await mkdir(dirname(out), { recursive: true })
    await access(dirname(out), constants.W_OK)
  } catch (error) {
    throw new UsageError(`--out: cannot write into ${dirname(resolve(out))}: ${(error as Error).message}.`)
  }
}

/** The file appears whole or not at all. */
export async function write(path: string, bytes: Uint8Array) {
  const part = `${path}.${process.pid}.part`
  await writeFile(part, bytes)
  await rename(part, path)
}
