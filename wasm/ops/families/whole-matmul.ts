import { type Fact } from '../../graph/value.js'
import { broadcastBatches } from '../../launches/batches.js'
import { call, count, type Term } from '../op.js'
import { centredTerm, isByte, reach, wholeProduct } from './whole.js'

export function wholeMatMulShape(a: Fact, b: Fact): readonly number[] {
  const batches = broadcastBatches(a.shape.slice(0, -2), b.shape.slice(0, -2))
  if (!batches || a.shape.length < 2 || b.shape.length < 2 || a.shape.at(-1) !== b.shape.at(-2)) throw new Error(`the shapes [${a.shape}] and [${b.shape}] cannot be multiplied`)
  return [...batches, a.shape.at(-2)!, b.shape.at(-1)!]
}

/** The product of matrices of bytes, their zero points off, as int32; undefined where the kernels for floats do not do: zero points of each row and batch. */
export function wholeMatMul([a, b, aZero, bZero]: readonly (Term | undefined)[], [x, y, xZero, yZero]: readonly (Fact | undefined)[]): Term | undefined {
  if (!isByte(x) || !isByte(y) || (xZero && xZero.shape.length > 1) || (yZero && yZero.shape.length > 1)) return undefined
  const rows = xZero && count(xZero) > 1
  return wholeProduct(centredTerm(a!, aZero, rows ? [count(xZero), 1] : undefined), b!, {
    centre: v => centredTerm(v, bZero, undefined),
    axes: [x!.shape.length - 1, y!.shape.length - 2], n: x!.shape.at(-1)!, each: 1, most: reach(x!, xZero) * reach(y!, yZero), product: (p, q) => call('MatMul', [p, q]),
  })
}
