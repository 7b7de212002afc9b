import type { Raster } from '../pictures.js'

/** What a run ended with, by kind. */
export type Result =
  | { readonly kind: 'picture'; readonly picture: Raster }
  | { readonly kind: 'video'; /** All of one size. */ readonly frames: readonly Raster[]; readonly framesPerSecond: number }
  /** Samples of each channel, from -1 to 1. */
  | { readonly kind: 'sound'; readonly channels: readonly Float32Array[]; readonly sampleRate: number }
  /** Coordinates x, y, z of each; colours are three bytes each. */
  | { readonly kind: 'points'; readonly positions: Float32Array; readonly colours?: Uint8Array }
  /** The surface of what is full: corners of triangles, counter-clockwise seen from outside. */
  | { readonly kind: 'voxels'; readonly mesh: { readonly positions: Float32Array; readonly normals: Float32Array; readonly triangles: Uint32Array; readonly colours?: Uint8Array } }
  /** Coordinates and element of each atom. */
  | { readonly kind: 'molecule'; readonly positions: Float32Array; readonly atoms: readonly string[] }

/** One kind of file: how it is written with a text inside, and where that text is found again. */
export interface Format<K extends Result['kind'] = Result['kind']> {
  /** `quality`, from 1 to 100, is given where the format has one. */
  encode(result: Extract<Result, { kind: K }>, text: string, quality: number): Promise<Uint8Array>
  /** The text in a file; undefined where it is of another format, or has none of ours. */
  textOf(file: Uint8Array): string | undefined | Promise<string | undefined>
}
