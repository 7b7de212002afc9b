import { type Fact, type Tensor } from '../../graph/value.js'
import { call, scalar, type Term } from '../op.js'

/**
 * Products of whole numbers of eight bits on the kernels for floats, to the last unit: factors are at most 255 once their zero points are off, so that sums of 4096 products with
 * halves of the other factors (-16 to 15) stay below 2^24, up to where floats hold every whole number.
 */
const most = 4096

/** A tensor as floats, its zero point taken off; `zeroShape` is the shape in which that is broadcast. */
export function centredTerm(x: Term, zero: Term | undefined, zeroShape: readonly number[] | undefined): Term {
  const v = call('Cast', [x], { to: 1 })
  if (!zero) return v
  const z = call('Cast', [zero], { to: 1 })
  return call('Sub', [v, zeroShape ? call('Reshape', [z, whole(zeroShape)]) : z])
}

/** The product of x and w, summed along `axis` of each (of length n, `each` products for one index of it), as int32. `product` makes one of floats. */
export function wholeProduct(x: Term, w: Term, [xAxis, wAxis]: readonly [number, number], n: number, each: number, product: (x: Term, w: Term) => Term): Term | undefined {
  const step = Math.floor(most / each)
  if (step < 1) return undefined
  let sum: Term | undefined
  for (let from = 0; from < n; from += step) {
    const cut = (t: Term, axis: number): Term => n <= step ? t : call('Slice', [t, whole([from]), whole([Math.min(n, from + step)]), whole([axis])])
    const part = cut(x, xAxis), factor = cut(w, wAxis), high = call('Floor', [call('Mul', [part, scalar(1 / 16)])]), low = call('Sub', [part, call('Mul', [high, scalar(16)])])
    // The weights' side is left as it is, so that it can be held as it is stored.
    const halves = [product(high, factor), product(low, factor)]
    sum = call('JoinWhole', sum ? [...halves, sum] : halves, {}, 'noisegraph')
  }
  return sum
}

export const isByte = (f: Fact | undefined): boolean => f !== undefined && (f.type === 'uint8' || f.type === 'int8')
export const whole = (values: readonly number[]): Term => ({ constant: { type: 'int64', shape: [values.length], data: BigInt64Array.from(values.map(BigInt)) } satisfies Tensor })
