import { constants } from 'node:fs'
import { access, mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { formatOfEnding, formats, isFormat, type FormatName } from '../server/core/formats.js'
import { UsageError } from './errors.js'

/** a.png for one file; a-0.png, a-1.png ... for several. */
export const fileNames = (out: string, count: number): string[] =>
  count === 1 ? [out] : Array.from({ length: count }, (_, i) => `${out.slice(0, out.length - extname(out).length)}-${i}${extname(out)}`)

/** The format that a file's name and `--format` say together. */
export function formatOf(out: string, asked?: string): FormatName {
  const endings = Object.values(formats).flatMap(f => f.endings).map(e => `.${e}`).join(', ')
  if (asked !== undefined && !isFormat(asked)) throw new UsageError(`--format takes one of ${Object.keys(formats).join(', ')}, got "${asked}".`)
  const named = formatOfEnding(extname(out).slice(1))
  if (!named) throw new UsageError(`--out must name a file that ends in one of ${endings}, got "${out}".`)
  if (asked && named !== asked) throw new UsageError(`--out ${out} names a ${named} file and --format says ${asked}. Leave --format out, or write --out ${out.slice(0, -extname(out).length)}.${formats[asked].endings[0]}.`)
  return named
}

/** Refuses early what could only fail after the work is done. */
export async function checkOut(out: string) {
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
