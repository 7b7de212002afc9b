import type { Format } from './format.js'

const mark = 'comment noisegraph '

/** Points as the Stanford polygon format, binary, little-endian: a header of lines, then x, y, z as floats and three bytes of colour for each point. The text is a comment in base64. */
export default {
  encode({ positions, colours }, text) {
    const count = positions.length / 3
    const axes = ['x', 'y', 'z'].map(a => `property float ${a}\n`).join('')
    const paint = colours ? ['red', 'green', 'blue'].map(c => `property uchar ${c}\n`).join('') : ''
    const header = Buffer.from(`ply\nformat binary_little_endian 1.0\n${mark}${Buffer.from(text).toString('base64')}\nelement vertex ${count}\n${axes}${paint}end_header\n`, 'latin1')
    const size = colours ? 15 : 12
    const body = Buffer.alloc(count * size)
    for (let i = 0; i < count; i++) {
      for (let a = 0; a < 3; a++) body.writeFloatLE(positions[3 * i + a]!, i * size + 4 * a)
      if (colours) body.set(colours.subarray(3 * i, 3 * i + 3), i * size + 12)
    }
    return Promise.resolve(Buffer.concat([header, body]))
  },
  textOf(file) {
    const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
    if (bytes.toString('latin1', 0, 4) !== 'ply\n') return undefined
    const end = bytes.indexOf('end_header\n', 0, 'latin1')
    const line = bytes.toString('latin1', 0, Math.max(0, end)).split('\n').find(l => l.startsWith(mark))
    return line && Buffer.from(line.slice(mark.length), 'base64').toString('utf8')
  },
} satisfies Format<'points'>
