import type { Format } from './format.js'

/**
 * Sound files: RIFF WAVE with 32-bit float samples (format 3) and a comment. Layout: "RIFF" size "WAVE", then chunks of a type, a size and data, each
 * padded to an even length. The comment is the ICMT entry of a LIST INFO chunk, UTF-8.
 */
function encodeWav(channels: readonly Float32Array[], sampleRate: number, comment: string): Uint8Array {
  const [count, length] = [channels.length, channels[0]?.length ?? 0]
  const samples = Buffer.alloc(4 * count * length)
  for (let i = 0; i < length; i++) channels.forEach((c, k) => samples.writeFloatLE(Math.min(1, Math.max(-1, c[i]!)), 4 * (i * count + k)))
  const format = Buffer.alloc(18)
  format.writeUInt16LE(3, 0)
  format.writeUInt16LE(count, 2)
  format.writeUInt32LE(sampleRate, 4)
  format.writeUInt32LE(sampleRate * count * 4, 8)
  format.writeUInt16LE(count * 4, 12)
  format.writeUInt16LE(32, 14)
  const frames = Buffer.alloc(4)
  frames.writeUInt32LE(length)
  const info = Buffer.concat([Buffer.from('INFO', 'latin1'), chunk('ICMT', Buffer.from(`${comment}\0`, 'utf8'))])
  const body = Buffer.concat([Buffer.from('WAVE', 'latin1'), chunk('fmt ', format), chunk('fact', frames), chunk('LIST', info), chunk('data', samples)])
  return chunk('RIFF', body)
}

function chunk(type: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32LE(data.length, 4)
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)])
}

/** The comment of a WAVE file; undefined where it is none or has none. */
function wavComment(file: Uint8Array): string | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') return undefined
  const entry = (from: number, to: number, type: string): Buffer | undefined => {
    for (let at = from; at + 8 <= to;) {
      const length = bytes.readUInt32LE(at + 4)
      if (bytes.toString('latin1', at, at + 4) === type) return bytes.subarray(at + 8, at + 8 + length)
      at += 8 + length + (length % 2)
    }
    return undefined
  }
  const list = entry(12, bytes.length, 'LIST')
  if (!list || list.toString('latin1', 0, 4) !== 'INFO') return undefined
  const start = list.byteOffset - bytes.byteOffset
  return entry(start + 4, start + list.length, 'ICMT')?.toString('utf8').replace(/\0+$/, '')
}

export default {
  encode: ({ channels, sampleRate }, text) => Promise.resolve(encodeWav(channels, sampleRate, text)),
  textOf: wavComment,
} satisfies Format<'sound'>
