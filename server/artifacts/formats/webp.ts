import type { Format } from './format.js'
import { framesOf, packet, pictureOf, timing, xmpText } from './xmp.js'

/** WebP with the text in its XMP packet; animated where it has frames. A quality of 100 is without loss. */
export default {
  async encode(result, text, quality) {
    const options = quality === 100 ? { lossless: true } : { quality, smartSubsample: true }
    const picture = result.kind === 'video' ? framesOf(result.frames).webp({ ...options, ...timing(result.frames, result.framesPerSecond) }) : pictureOf(result.picture).webp(options)
    return picture.withXmp(packet(text)).toBuffer()
  },
  textOf: file => (Buffer.from(file.subarray(0, 12)).toString('latin1').replace(/^RIFF[^]{4}/, '') === 'WEBP' ? xmpText(file) : undefined),
} satisfies Format<'picture' | 'video'>
