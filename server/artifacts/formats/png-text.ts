import { crc32 } from 'node:zlib'

/**
 * Text chunks of PNG files (W3C PNG, third edition, 11.3.3). A recipe is UTF-8, so it goes into an iTXt chunk;
 * tEXt chunks are read too. Layout of a file: 8 bytes of signature, then chunks of length, type, data and checksum.
 */
export function withText(png: Uint8Array, keyword: string, text: string): Uint8Array {
  const data = Buffer.concat([Buffer.from(keyword, 'latin1'), Buffer.from([0, 0, 0, 0, 0]), Buffer.from(text, 'utf8')])
  const body = Buffer.concat([Buffer.from('iTXt', 'latin1'), data])
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(data.length, 0)
  chunk.set(body, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  const afterHeader = 8 + 25
  return Buffer.concat([png.subarray(0, afterHeader), chunk, png.subarray(afterHeader)])
}

/** The text under a keyword; undefined where the file has none or is no PNG. */
export function textOf(png: Uint8Array, keyword: string): string | undefined {
  const file = Buffer.from(png.buffer, png.byteOffset, png.byteLength)
  if (file.length < 8 || file.readUInt32BE(0) !== 0x89504e47) return undefined
  for (let at = 8; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at)
    const type = file.toString('latin1', at + 4, at + 8)
    const data = file.subarray(at + 8, at + 8 + length)
    const end = data.indexOf(0)
    if ((type === 'iTXt' || type === 'tEXt') && data.toString('latin1', 0, end) === keyword) return type === 'tEXt' ? data.toString('latin1', end + 1) : international(data, end + 1)
    at += length + 12
  }
  return undefined
}

/** After the keyword: compression flag and method, language, translated keyword, text. A compressed text is another writer's. */
function international(data: Buffer, at: number): string | undefined {
  if (data[at] !== 0) return undefined
  const language = data.indexOf(0, at + 2)
  return data.toString('utf8', data.indexOf(0, language + 1) + 1)
}
