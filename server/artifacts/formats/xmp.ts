import sharp, { type Sharp } from 'sharp'
import type { Raster } from '../pictures.js'

/** An XMP packet (ISO 16684-1) that holds a text, in base64 so that no character of it means anything to XML. */
export const packet = (text: string): string => `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">`
  + `<rdf:Description rdf:about="" xmlns:noisegraph="https://noisegraph.invalid/xmp/1.0/"><noisegraph:recipe>${Buffer.from(text).toString('base64')}</noisegraph:recipe></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`

/** The text in the XMP packet of a picture of any format; undefined where there is none. */
export async function xmpText(file: Uint8Array): Promise<string | undefined> {
  const { xmpAsString } = await sharp(file, { limitInputPixels: false }).metadata().catch(() => ({ xmpAsString: undefined }))
  const coded = /<noisegraph:recipe>([A-Za-z0-9+/=]+)</.exec(xmpAsString ?? '')?.[1]
  return coded === undefined ? undefined : Buffer.from(coded, 'base64').toString('utf8')
}

export const pictureOf = ({ data, width, height, channels }: Raster): Sharp => sharp(data, { raw: { width, height, channels } })

/** Frames of one size, one below the other, as sharp takes an animation. */
export function framesOf(frames: readonly Raster[]): Sharp {
  const { width, height, channels } = frames[0]!
  return sharp(Buffer.concat(frames.map(f => f.data)), { raw: { width, height: height * frames.length, channels, pageHeight: height }, limitInputPixels: false })
}

/** How long each frame is shown, in milliseconds, for an animation that never ends. */
export const timing = (frames: readonly unknown[], framesPerSecond: number) => ({ loop: 0, delay: frames.map(() => Math.round(1000 / framesPerSecond)) })
