import { numbers } from '../../graph/numbers.js'
import { type Fact, type Tensor } from '../../graph/value.js'
import { call, scalar, type Term } from '../op.js'

/** Products of whole numbers of eight bits on the kernels for floats, to the last unit: floats hold every whole number up to here. */
const exact = 2 ** 24
/** Products of half of a number of eight bits, its zero point off, (-16 to 15) with another, that may be summed. */
const halved = 4096
/** Where fewer whole products than these may be summed, halves cost less than cutting the sums up. */
const worth = 256

/** The largest that is left of a tensor's values with their zero point off. */
export function reach(f: Fact, zero: Fact | undefined): number {
  const [low, high] = f.type === 'int8' ? [-128, 127] : [0, 255], known = zero?.value
  if (zero && !known) return high - low
  return (known ? Array.from(numbers(known)) : [0]).reduce((m, z) => Math.max(m, z - low, high - z), 0)
}

/** A tensor as floats, its zero point taken off; `zeroShape` is the shape in which that is broadcast. */
export function centredTerm(x: Term, zero: Term | undefined, zeroShape: readonly number[] | undefined): Term {
  const v = call('Cast', [x], { to: 1 })
  if (!zero) return v
  const z = call('Cast', [zero], { to: 1 })
  return call('Sub', [v, zeroShape ? call('Reshape', [z, whole(zeroShape)]) : z])
}

export interface WholeProduct {
  /** The axes of both that are summed over, and their length. */
  readonly axes: readonly [number, number]
  readonly n: number
  /** Products for one index of that axis. */
  readonly each: number
  /** The largest product. */
  readonly most: number
  /** Whether the sum may be cut up along the axis. */
  readonly cut?: boolean
  /** A piece of w as floats, its zero point off. */
  centre(w: Term): Term
  /** The product of floats. */
  product(x: Term, w: Term): Term
}

/**
 * The product of x (floats, the zero point off) and w (bytes) as int32: in pieces that floats can sum exactly, or with x in two halves where the pieces would be short. Undefined where neither can be.
 * w is cut while it is bytes, and not halved, so that it can be held as it is stored.
 */
export function wholeProduct(x: Term, w: Term, { axes: [xAxis, wAxis], n, each, most, cut = true, centre, product }: WholeProduct): Term | undefined {
  const most1 = Math.floor(exact / most / each), split = most1 < n && most1 * each < worth, limit = split ? Math.floor(halved / each) : most1
  if (limit < 1 || (!cut && limit < n)) return undefined
  const step = pieces(n, limit)
  let sum: Term | undefined
  for (let from = 0; from < n; from += step) {
    const piece = (t: Term, axis: number): Term => n <= step ? t : call('Slice', [t, whole([from]), whole([Math.min(n, from + step)]), whole([axis])])
    const part = piece(x, xAxis), factor = centre(piece(w, wAxis)), high = call('Floor', [call('Mul', [part, scalar(1 / 16)])])
    const products = split ? [product(high, factor), product(call('Sub', [part, call('Mul', [high, scalar(16)])]), factor)] : [product(part, factor), undefined]
    sum = call('JoinWhole', [...products, sum], {}, 'noisegraph')
  }
  return sum
}

/** Pieces of about the same length, in eights where that fits. */
function pieces(n: number, limit: number): number {
  const even = Math.ceil(n / Math.ceil(n / limit)), eights = Math.ceil(even / 8) * 8
  return eights <= limit ? eights : even
}

export const isByte = (f: Fact | undefined): boolean => f !== undefined && (f.type === 'uint8' || f.type === 'int8')
export const whole = (values: readonly number[]): Term => ({ constant: { type: 'int64', shape: [values.length], data: BigInt64Array.from(values.map(BigInt)) } satisfies Tensor })
