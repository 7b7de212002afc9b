import type { Raster } from '../pictures.js'

/** What a run ended with, by kind. */
export type Result =
  | { readonly kind: 'picture'; readonly picture: Raster }
  | { readonly kind: 'video'; /** All of one size. */ readonly frames: readonly Raster[]; readonly framesPerSecond: number }
  /** Samples of each channel, from -1 to 1. */
  | { readonly kind: 'sound'; readonly channels: readonly Float32Array[]; readonly sampleRate: number }

/** One kind of file: how it is written with a text inside, and where that text is found again. */
export interface Format<K extends Result['kind'] = Result['kind']> {
  /** `quality`, from 1 to 100, is given where the format has one. */
  encode(result: Extract<Result, { kind: K }>, text: string, quality: number): Promise<Uint8Array>
  /** The text in a file; undefined where it is of another format, or has none of ours. */
  textOf(file: Uint8Array): string | undefined | Promise<string | undefined>
}
