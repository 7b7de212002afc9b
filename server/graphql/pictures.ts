import sharp from 'sharp'
import type { Tensor } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'

const signatures: readonly (readonly [type: string, test: (head: Buffer) => boolean])[] = [
  ['image/png', head => head.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))],
  ['image/jpeg', head => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff],
  ['image/webp', head => head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP'],
  ['image/gif', head => /^GIF8[79]a/.test(head.toString('latin1', 0, 6))],
  ['image/avif', head => head.toString('latin1', 4, 8) === 'ftyp' && /avif|avis/.test(head.toString('latin1', 8, 32))],
]

/** The type by the file's first bytes, whatever its name or the request says. */
export const sniff = (bytes: Buffer): string | undefined => signatures.find(([, test]) => test(bytes.subarray(0, 64)))?.[0]

/** Refuses what is no picture, and pictures that would unpack to more than `maxPixels`: reads the header, decodes nothing. */
export async function checkPicture(bytes: Buffer, maxPixels: number): Promise<void> {
  if (!sniff(bytes)) throw new NoisegraphError('INVALID_IMAGE', 'The upload is not a picture that can be read. PNG, JPEG, WebP, GIF and AVIF can.', 'file')
  const { width, height, pages = 1 } = await header(bytes)
  if (width * height * pages > maxPixels)
    throw new NoisegraphError('INVALID_IMAGE', `The picture has ${width} x ${height}${pages > 1 ? ` x ${pages}` : ''} = ${width * height * pages} pixels; at most ${maxPixels} are taken. Make it smaller.`, 'file')
}

async function header(bytes: Buffer): Promise<{ width: number; height: number; pages?: number }> {
  try {
    // sharp's own limit would refuse large pictures with a message that names no numbers
    const { width, height, pages } = await sharp(bytes, { limitInputPixels: false, failOn: 'error' }).metadata()
    return { width, height, ...(pages && { pages }) }
  } catch (error) {
    throw new NoisegraphError('INVALID_IMAGE', `The picture is damaged: ${(error as Error).message}`, 'file', { cause: error })
  }
}

/** A picture as a tensor [1, 3, height, width] from -1 to 1, scaled down to fit a square. */
export async function toTensor(bytes: Uint8Array, side: number): Promise<Tensor> {
  const { data, info } = await sharp(bytes).autoOrient().flatten({ background: '#fff' }).resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb').removeAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  const plane = info.width * info.height
  const values = new Float32Array(3 * plane)
  for (let c = 0; c < 3; c++) for (let i = 0; i < plane; i++) values[c * plane + i] = data[i * info.channels + Math.min(c, info.channels - 1)]! / 127.5 - 1
  return { shape: [1, 3, info.height, info.width], data: values }
}

/** The reverse, as a PNG data URI; what lies outside -1 to 1 is clipped. */
export async function pngUri({ shape, data }: Tensor): Promise<string> {
  const [height, width] = shape.slice(-2) as [number, number]
  const plane = width * height
  const raw = Buffer.alloc(3 * plane)
  for (let c = 0; c < 3; c++) for (let i = 0; i < plane; i++) raw[i * 3 + c] = Math.max(0, Math.min(255, Math.round((data[c * plane + i]! + 1) * 127.5)))
  return `data:image/png;base64,${(await sharp(raw, { raw: { width, height, channels: 3 } }).png().toBuffer()).toString('base64')}`
}
