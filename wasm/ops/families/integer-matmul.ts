import { tensor } from '../../graph/numbers.js'
import { type Tensor } from '../../graph/value.js'
import { batchIndices, broadcastBatches } from '../../launches/batches.js'
import { centred } from './quantise.js'
import { products } from './matmul.js'

/** The product of whole-number matrices with their zero points taken off, in double precision (exact below 2^53). */
export function integerProduct(a: Tensor, b: Tensor, aZero: Tensor | undefined, bZero: Tensor | undefined): Tensor {
  const [m, k] = a.shape.slice(-2) as [number, number], n = b.shape.at(-1)!, batches = broadcastBatches(a.shape.slice(0, -2), b.shape.slice(0, -2))
  if (!batches || b.shape.at(-2) !== k) throw new Error('the matrices do not fit')
  const x = tensor('float64', a.shape, centred(a, aZero, a.shape.length - 2)), y = tensor('float64', b.shape, centred(b, bZero, b.shape.length - 1))
  return products(x, y, [...batches, m, n], batchIndices(a.shape.slice(0, -2), batches), batchIndices(b.shape.slice(0, -2), batches), m, k, n)
}
