import { count, op, u32 } from './op.js'

/**
 * Sums x (int32 [..., n]) of products of bytes as bytes again: round((x + bias) aScale bScale / yScale) + zero, saturated. bias (int32) and bScale have n values, bScale may have one;
 * the type is that of the zero point. With `turn`, x is [batch, ..., n] and the result [batch, n, ...].
 */
export default op({
  name: 'Requantise', domain: 'noisegraph', since: 1, attrs: { turn: 0 },
  infer: ([x, , , , , zero], { turn }) => [{ type: zero!.type, shape: turn ? [x!.shape[0]!, x!.shape.at(-1)!, ...x!.shape.slice(1, -1)] : x!.shape }],
  kernels: ([x, bias, aScale, bScale, yScale, zero]) => x!.type === 'int32' && (!bias || (bias.type === 'int32' && count(bias) === x!.shape.at(-1))) && [aScale, bScale, yScale].every(s => s!.type === 'float32') && count(aScale!) === 1 && count(yScale!) === 1
    && [1, x!.shape.at(-1)].includes(count(bScale!)) && count(zero!) === 1 && (zero!.type === 'uint8' || zero!.type === 'int8'),
  launch({ in: [x, bias, aScale, bScale, yScale, zero], out: [y] }, { turn }) {
    const n = x!.shape.at(-1)!, batch = turn ? x!.shape[0]! : 1, rows = n && batch ? count(x!) / n / batch : 0
    return [{ kernel: 'i32_requantise', args: [x!, bias ?? u32(0), aScale!, bScale!, u32(count(bScale!) > 1 ? 1 : 0), yScale!, zero!, y!, ...[rows, n, zero!.type === 'int8' ? 1 : 0, turn].map(u32)], tiles: batch * Math.ceil(rows / 64) }]
  },
})
