import type { Format } from './format.js'
import { framesOf, timing } from './xmp.js'

const mark = 'noisegraph:'

/** Animated GIF, of 256 colours, with the text in a comment extension. */
export default {
  encode: async ({ frames, framesPerSecond }, text) => withComment(await framesOf(frames).gif(timing(frames, framesPerSecond)).toBuffer(), mark + text),
  textOf(file) {
    const comment = commentsOf(file).find(c => c.startsWith(mark))
    return comment?.slice(mark.length)
  },
} satisfies Format<'video'>

/** Bytes of a colour table, by the packed field that announces it: bit 7 says whether there is one, bits 0 to 2 its size. */
const tableSize = (packed: number) => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0)
/** 6 bytes of signature, 7 of the screen's description, then its colours. */
const headSize = (gif: Uint8Array) => 13 + tableSize(gif[10]!)

/** GIF89a, 24: an extension (21) of comments (FE), its data in blocks of at most 255 bytes, ended by an empty one. */
function withComment(gif: Buffer, text: string): Buffer {
  const bytes = Buffer.from(text)
  const blocks: Buffer[] = [Buffer.from([0x21, 0xfe])]
  for (let at = 0; at < bytes.length; at += 255) {
    const part = bytes.subarray(at, at + 255)
    blocks.push(Buffer.from([part.length]), part)
  }
  return Buffer.concat([gif.subarray(0, headSize(gif)), ...blocks, Buffer.from([0]), gif.subarray(headSize(gif))])
}

function commentsOf(gif: Uint8Array): string[] {
  const file = Buffer.from(gif.buffer, gif.byteOffset, gif.byteLength)
  const comments: string[] = []
  if (!/^GIF8[79]a$/.test(file.toString('latin1', 0, 6))) return comments
  for (let at = headSize(file); at < file.length;) {
    const type = file[at]
    if (type === 0x21) {
      const { data, end } = blocksAt(file, at + 2)
      if (file[at + 1] === 0xfe) comments.push(data.toString('utf8'))
      at = end
    // A frame: 10 bytes that describe it, its colours, a byte of its coding, its data.
    } else if (type === 0x2c) at = blocksAt(file, at + 10 + tableSize(file[at + 9] ?? 0) + 1).end
    else break
  }
  return comments
}

function blocksAt(file: Buffer, start: number): { readonly data: Buffer; readonly end: number } {
  const parts: Buffer[] = []
  let at = start
  for (; file[at]; at += file[at]! + 1) parts.push(file.subarray(at + 1, at + 1 + file[at]!))
  return { data: Buffer.concat(parts), end: at + 1 }
}
