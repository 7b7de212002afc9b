import { formats as facts, type FormatChoice, type FormatName } from '../../core/formats.js'
import avif from './avif.js'
import type { Format, Result } from './format.js'
import gif from './gif.js'
import glb from './glb.js'
import jpeg from './jpeg.js'
import ply from './ply.js'
import png from './png.js'
import wav from './wav.js'
import webp from './webp.js'
import xyz from './xyz.js'
import zip from './zip.js'

export type { Result } from './format.js'

/** By name; which kinds of result each takes is said in `server/core/formats.ts`. */
const formats: { readonly [N in FormatName]: Format<(typeof facts)[N]['of'][number]> } = { png, webp, jpeg, avif, gif, zip, wav, ply, glb, xyz }

/** A result as a file that carries a text. */
export async function encodeFile(result: Result, { format, quality }: FormatChoice, text: string): Promise<{ readonly bytes: Uint8Array; readonly mimeType: string }> {
  if (!(facts[format].of as readonly string[]).includes(result.kind)) throw new RangeError(`A ${result.kind} cannot be kept as ${format}.`)
  return { bytes: await (formats[format] as Format).encode(result, text, quality ?? 100), mimeType: facts[format].mimeType }
}

/** The text in a file that was written above; undefined where there is none. */
export async function fileText(file: Uint8Array): Promise<string | undefined> {
  for (const format of Object.values(formats)) {
    const text = await format.textOf(file)
    if (text !== undefined) return text
  }
  return undefined
}
