import sharp from 'sharp'
import type { Raster } from './pictures.js'

/** Frames of one size as an endless animated WebP without loss, with a text in its XMP packet. */
export async function encodeAnimation(frames: readonly Raster[], framesPerSecond: number, text: string): Promise<Uint8Array> {
  const { width, height, channels } = frames[0]!
  const all = Buffer.concat(frames.map(f => f.data))
  const picture = sharp(all, { raw: { width, height: height * frames.length, channels, pageHeight: height } })
  return picture.webp({ lossless: true, loop: 0, delay: frames.map(() => Math.round(1000 / framesPerSecond)) }).withXmp(packet(text)).toBuffer()
}

const packet = (text: string) => `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">`
  + `<rdf:Description rdf:about="" xmlns:noisegraph="https://noisegraph.invalid/xmp/1.0/"><noisegraph:recipe>${Buffer.from(text).toString('base64')}</noisegraph:recipe></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`

/** The text in the XMP packet of any picture that was written above; undefined where there is none. */
export async function animationText(bytes: Uint8Array): Promise<string | undefined> {
  const { xmpAsString } = await sharp(bytes).metadata().catch(() => ({ xmpAsString: undefined }))
  const coded = /<noisegraph:recipe>([A-Za-z0-9+/=]+)</.exec(xmpAsString ?? '')?.[1]
  return coded === undefined ? undefined : Buffer.from(coded, 'base64').toString('utf8')
}
