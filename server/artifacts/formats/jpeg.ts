import type { Format } from './format.js'
import { packet, pictureOf, xmpText } from './xmp.js'

/** A segment's length is a number of 16 bits that counts itself; what is in front of an XMP packet takes 29 more. */
const longest = 65_533
const mark = 'noisegraph:'

/** JPEG with the text in its XMP packet, or in comments where it is too long for one. */
export default {
  async encode({ picture }, text, quality) {
    const xmp = packet(text)
    const plain = pictureOf(picture).jpeg({ quality, chromaSubsampling: quality >= 90 ? '4:4:4' : '4:2:0' })
    return xmp.length <= longest - 29 ? plain.withXmp(xmp).toBuffer() : withComments(await plain.toBuffer(), text)
  },
  textOf: async file => (file[0] === 0xff && file[1] === 0xd8 ? commentsOf(file) ?? await xmpText(file) : undefined),
} satisfies Format<'picture'>

/** After the marker of the start (SOI), as many COM segments as it takes. */
function withComments(file: Buffer, text: string): Buffer {
  const bytes = Buffer.from(text)
  const segments: Buffer[] = []
  for (let at = 0, step = longest - mark.length; at < bytes.length; at += step) {
    const part = bytes.subarray(at, at + step)
    const head = Buffer.from([0xff, 0xfe, 0, 0])
    head.writeUInt16BE(2 + mark.length + part.length, 2)
    segments.push(head, Buffer.from(mark), part)
  }
  return Buffer.concat([file.subarray(0, 2), ...segments, file.subarray(2)])
}

/** Segments are FF, a type, a length and data, up to the scan (DA). */
function commentsOf(jpeg: Uint8Array): string | undefined {
  const file = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength)
  const parts: Buffer[] = []
  for (let at = 2; at + 4 <= file.length && file[at] === 0xff && file[at + 1] !== 0xda;) {
    const end = at + 2 + file.readUInt16BE(at + 2)
    const data = file.subarray(at + 4, end)
    if (file[at + 1] === 0xfe && data.toString('latin1', 0, mark.length) === mark) parts.push(data.subarray(mark.length))
    at = end
  }
  return parts.length ? Buffer.concat(parts).toString('utf8') : undefined
}
