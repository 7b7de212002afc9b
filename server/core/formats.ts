/** What models make, and the kinds of file that each can be kept as. The encoders are in `server/artifacts/formats`, one file each. */
import { NoisegraphError } from './errors.js'
import type { OutputKind } from './extent.js'

/** How a message calls what a model makes. */
const plural: Readonly<Record<OutputKind, string>> = { picture: 'pictures', video: 'videos', sound: 'sounds', points: 'point clouds', voxels: 'voxels', molecule: 'molecules' }

interface FormatFacts {
  readonly mimeType: string
  /** Of file names, the usual one first. */
  readonly endings: readonly string[]
  readonly of: readonly OutputKind[]
  /** Of 1 to 100, for formats that may lose something: what holds where none is asked for. */
  readonly quality?: Readonly<Partial<Record<OutputKind, number>>>
}

/** By name. The first that takes a kind of result is that kind's own. */
export const formats = {
  png: { mimeType: 'image/png', endings: ['png'], of: ['picture'] },
  // 100 is without loss.
  webp: { mimeType: 'image/webp', endings: ['webp'], of: ['picture', 'video'], quality: { picture: 90, video: 100 } },
  jpeg: { mimeType: 'image/jpeg', endings: ['jpg', 'jpeg'], of: ['picture'], quality: { picture: 90 } },
  // 100 is without loss.
  avif: { mimeType: 'image/avif', endings: ['avif'], of: ['picture'], quality: { picture: 75 } },
  gif: { mimeType: 'image/gif', endings: ['gif'], of: ['video'] },
  zip: { mimeType: 'application/zip', endings: ['zip'], of: ['video'] },
  wav: { mimeType: 'audio/wav', endings: ['wav'], of: ['sound'] },
  ply: { mimeType: 'application/ply', endings: ['ply'], of: ['points'] },
  glb: { mimeType: 'model/gltf-binary', endings: ['glb'], of: ['voxels', 'points'] },
  xyz: { mimeType: 'chemical/x-xyz', endings: ['xyz'], of: ['molecule'] },
} as const satisfies Readonly<Record<string, FormatFacts>>
export type FormatName = keyof typeof formats

/** A format, with its quality where it has one. */
export interface FormatChoice { readonly format: FormatName; readonly quality?: number }

const all = Object.entries(formats) as [FormatName, FormatFacts][]

/** Names of the formats that take a kind of result, its own first. */
export const formatsOf = (kind: OutputKind): readonly FormatName[] => all.filter(([, f]) => f.of.includes(kind)).map(([name]) => name)

/** The format that a file name's ending stands for; undefined where it is none. */
export const formatOfEnding = (ending: string): FormatName | undefined => all.find(([, f]) => f.endings.includes(ending.toLowerCase()))?.[0]

export const isFormat = (name: string): name is FormatName => Object.hasOwn(formats, name)

/** The ending of files of a type, without a dot; `bin` where it is none of these. */
export const endingOf = (mimeType: string): string => all.find(([, f]) => f.mimeType === mimeType)?.[1].endings[0] ?? (mimeType === 'application/json' ? 'json' : 'bin')

/** The reverse. */
export const typeOf = (ending: string): string => {
  const name = formatOfEnding(ending)
  return name ? formats[name].mimeType : ending === 'json' ? 'application/json' : 'application/octet-stream'
}

/**
 * The format of an order: what was asked for, checked against what the model makes, with its quality filled in.
 * @throws INVALID_OPTION naming the option, the value and what is allowed.
 */
export function chooseFormat(kind: OutputKind, model: string, name: string | null | undefined, quality: number | null | undefined): Partial<FormatChoice> {
  const fitting = formatsOf(kind)
  if (!fitting.length && name == null && quality == null) return {}
  const chosen = fitting.find(f => f === (name ?? fitting[0]))
  if (!chosen) throw new NoisegraphError('INVALID_OPTION', `The model "${model}" makes ${plural[kind]}, which are kept as ${fitting.join(', ')}, not as "${String(name).slice(0, 40)}".`, 'format')
  const preset = (formats[chosen] as FormatFacts).quality?.[kind]
  if (preset === undefined) {
    if (quality == null) return { format: chosen }
    const lossy = fitting.filter(f => (formats[f] as FormatFacts).quality)
    throw new NoisegraphError('INVALID_OPTION', `quality belongs to formats that may lose something${lossy.length ? ` (${lossy.join(', ')})` : ''}; ${chosen} keeps everything. Leave it out${lossy.length ? ', or choose another format' : ''}, got ${quality}.`, 'quality')
  }
  if (quality != null && !(Number.isInteger(quality) && quality >= 1 && quality <= 100)) throw new NoisegraphError('INVALID_OPTION', `quality must be a whole number from 1 to 100, got ${String(quality).slice(0, 40)}.`, 'quality')
  return { format: chosen, quality: quality ?? preset }
}
