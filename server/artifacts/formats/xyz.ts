import type { Format } from './format.js'

/** Atoms as chemists' XYZ files: their number, a line of comment, then an element and its coordinates a line. The text is the comment. */
export default {
  encode({ positions, atoms }, text) {
    const lines = atoms.map((atom, i) => [atom, ...[0, 1, 2].map(a => positions[3 * i + a]!.toFixed(6))].join(' '))
    return Promise.resolve(Buffer.from([String(atoms.length), text.replaceAll(/[\r\n]+/g, ' '), ...lines, ''].join('\n'), 'utf8'))
  },
  textOf(file) {
    // The number and the text lie in the first lines; other files have none there.
    const [count, text] = Buffer.from(file.buffer, file.byteOffset, Math.min(file.byteLength, 2 ** 20)).toString('utf8').split('\n', 2)
    return count !== undefined && /^\d{1,9}$/.test(count) && text?.startsWith('{') ? text : undefined
  },
} satisfies Format<'molecule'>
