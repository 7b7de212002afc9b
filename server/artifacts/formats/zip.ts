import { crc32, inflateRawSync } from 'node:zlib'
import { encodePng } from '../pictures.js'
import type { Format } from './format.js'

const recipeName = 'recipe.json'

/** A ZIP file of frames as PNG, without loss: frame-0000.png and on, and the text as recipe.json. What turns frames into a film takes them as they are. */
export default {
  async encode({ frames }, text) {
    const files: File[] = [{ name: recipeName, bytes: Buffer.from(text) }]
    for (const [i, frame] of frames.entries()) files.push({ name: `frame-${String(i).padStart(4, '0')}.png`, bytes: await encodePng(frame) })
    return writeZip(files)
  },
  textOf: zip => fileIn(zip, recipeName)?.toString('utf8'),
} satisfies Format<'video'>

interface File { readonly name: string; readonly bytes: Uint8Array }

/** 1 January 1980, the first day that the format knows: equal frames make equal files. */
const day = 0x0021
const [localSize, centralSize, endSize] = [30, 46, 22]

/** PKWARE's APPNOTE, 4.3: each file behind a header, the same headers again with their places as a directory, and an end. Nothing is compressed: pictures are already. */
function writeZip(files: readonly File[]): Buffer {
  const parts: Uint8Array[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, bytes } of files) {
    const title = Buffer.from(name, 'latin1')
    // Version, flags, method, time, day, checksum, size, size, length of the name, of what is extra.
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(day, 8)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(bytes.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(title.length, 22)
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, title, bytes)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(at, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, place, title)
    at += localSize + title.length + bytes.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(endSize)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, central, end])
}

/** A file by its name, also where another program has packed it anew; undefined where there is none. */
function fileIn(zip: Uint8Array, name: string): Buffer | undefined {
  const file = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength)
  if (file.length < endSize || file.toString('latin1', 0, 2) !== 'PK') return undefined
  const end = file.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  if (end < 0 || end + endSize > file.length) return undefined
  for (let at = file.readUInt32LE(end + 16); at + centralSize <= end && file.toString('latin1', at, at + 4) === 'PK\x01\x02';) {
    const [method, packed, size] = [file.readUInt16LE(at + 10), file.readUInt32LE(at + 20), file.readUInt32LE(at + 24)]
    const [title, extra, comment] = [28, 30, 32].map(o => file.readUInt16LE(at + o)) as [number, number, number]
    if (file.toString('latin1', at + centralSize, at + centralSize + title) === name) return contents(file, file.readUInt32LE(at + 42), method, packed, size)
    at += centralSize + title + extra + comment
  }
  return undefined
}

/** A recipe has a few kilobytes; what says that it has more than this is none. */
const largest = 16 * 2 ** 20

function contents(file: Buffer, local: number, method: number, packed: number, size: number): Buffer | undefined {
  if (local + localSize > file.length || size > largest) return undefined
  const start = local + localSize + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
  const data = file.subarray(start, start + packed)
  if (method === 0) return data
  try {
    return method === 8 ? inflateRawSync(data, { maxOutputLength: largest }) : undefined
  } catch { return undefined }
}
