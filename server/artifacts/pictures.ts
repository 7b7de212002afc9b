import sharp, { type Sharp } from 'sharp'
import { NoisegraphError } from '../core/errors.js'

/** Eight bits a channel, rows from the top; 3 channels are red, green, blue. */
export interface Raster { readonly width: number; readonly height: number; readonly channels: 1 | 3; readonly data: Uint8Array }

/** Pictures larger than this are refused before they are decoded. */
export const maxPixels = 8192 * 8192

const formats: Readonly<Record<string, string>> = { png: 'image/png', jpeg: 'image/jpeg', webp: 'image/webp', gif: 'image/gif', tiff: 'image/tiff', heif: 'image/avif' }

/**
 * What a picture's header says.
 * @throws INVALID_IMAGE where it is no picture, of another format than PNG, JPEG, WebP, GIF, TIFF or AVIF, or too large to decode.
 */
export async function readPictureHeader(bytes: Uint8Array): Promise<{ readonly width: number; readonly height: number; readonly mimeType: string; /** Of an animation; 1 of a still picture. */ readonly frames: number }> {
  if (!bytes.length) throw new NoisegraphError('INVALID_IMAGE', 'The picture is empty.')
  const header = await sharp(bytes, { limitInputPixels: false }).metadata().catch((error: unknown) => {
    throw new NoisegraphError('INVALID_IMAGE', `This is not a picture that can be read (${reason(error)}). PNG, JPEG, WebP, GIF, TIFF and AVIF are.`, undefined, { cause: error })
  })
  // A camera's picture may lie on its side; its size is meant upright, as it is decoded.
  const { format, autoOrient: { width, height }, pages: frames = 1 } = header
  const mimeType = formats[format ?? '']
  if (!mimeType) throw new NoisegraphError('INVALID_IMAGE', `Pictures of format ${format} are not taken. PNG, JPEG, WebP, GIF, TIFF and AVIF are.`)
  if (!width || !height) throw new NoisegraphError('INVALID_IMAGE', 'The picture has no pixels.')
  if (width * height > maxPixels) throw new NoisegraphError('INVALID_IMAGE', `The picture has ${width} x ${height} pixels; at most ${maxPixels / 2 ** 20} megapixels are taken.`)
  return { width, height, mimeType, frames }
}

/** Decodes a picture, upright, on white where it is transparent. @throws INVALID_IMAGE as above, or where the file is damaged. */
export async function decodePicture(bytes: Uint8Array): Promise<Raster> {
  await readPictureHeader(bytes)
  return decoded(sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' }).autoOrient())
}

/** Every frame of an animated WebP or GIF; a still picture is one. @throws INVALID_IMAGE as above, or where all frames together are too large. */
export async function decodeFrames(bytes: Uint8Array): Promise<readonly Raster[]> {
  const { width, height, frames } = await readPictureHeader(bytes)
  if (frames === 1) return [await decodePicture(bytes)]
  if (width * height * frames > maxPixels) throw new NoisegraphError('INVALID_IMAGE', `The clip has ${frames} frames of ${width} x ${height} pixels; at most ${maxPixels / 2 ** 20} megapixels are taken.`)
  const { data } = await decoded(sharp(bytes, { pages: -1, limitInputPixels: maxPixels, failOn: 'error' }))
  const size = data.length / frames
  return Array.from({ length: frames }, (_, f) => ({ width, height, channels: 3, data: data.subarray(f * size, (f + 1) * size) }))
}

async function decoded(picture: Sharp): Promise<Raster> {
  try {
    const { data, info } = await picture.flatten({ background: '#ffffff' }).toColourspace('srgb').removeAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
    if (info.channels === 3) return { width: info.width, height: info.height, channels: 3, data }
    // One grey channel becomes three.
    return { width: info.width, height: info.height, channels: 3, data: Uint8Array.from({ length: info.width * info.height * 3 }, (_, i) => data[Math.floor(i / 3) * info.channels]!) }
  } catch (error) {
    throw new NoisegraphError('INVALID_IMAGE', `The picture is damaged: ${reason(error)}.`, undefined, { cause: error })
  }
}

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim().replace(/\.$/, '')

export const encodePng = async ({ width, height, channels, data }: Raster): Promise<Uint8Array> =>
  sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 9 }).toBuffer()
