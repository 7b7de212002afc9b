import type { Format } from './format.js'
import { packet, pictureOf, xmpText } from './xmp.js'

/** AVIF with the text in its XMP packet. A quality of 100 is without loss. */
export default {
  encode: async ({ picture }, text, quality) => pictureOf(picture).avif(quality === 100 ? { lossless: true } : { quality, chromaSubsampling: '4:4:4' }).withXmp(packet(text)).toBuffer(),
  textOf: file => (Buffer.from(file.subarray(4, 8)).toString('latin1') === 'ftyp' ? xmpText(file) : undefined),
} satisfies Format<'picture'>
