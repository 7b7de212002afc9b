import { type Held } from '../graph/value.js'
import { type Method, type Shape } from './conv.js'
import { heldBytes } from './held.js'

/** What a thread gets done in a millisecond, about: products, those with patches gathered on the way, bytes of filters that come from memory, filters widened, bytes that transforms move. */
const speed = { product: 9e7, gathered: 8e7, bytes: 1.2e7, widened: 2.5e6, moved: 2.5e7 }

/** About how many milliseconds of one thread a convolution takes by a method, and the bytes of its filters; only to be compared with those of other methods. */
export function convCost(s: Shape, m: Method, held: Held): { ms: number; bytes: number } {
  const size = m === 'winograd4' ? 4 : m === 'winograd2' ? 2 : 0, pixels = s.batch * s.oh * s.ow
  const frequencies = size ? (size + 2) ** 2 : 1, rows = size ? s.batch * Math.ceil(s.oh / size) * Math.ceil(s.ow / size) : pixels, depth = size ? s.c : s.c * s.kh * s.kw
  const bytes = heldBytes(held, depth, s.n, frequencies), filters = frequencies * depth * s.n, block = size ? 64 : 128
  const products = 2 * rows * filters / (size ? speed.product : speed.gathered), moved = size ? rows * frequencies * (s.c + s.n) * 8 / speed.moved : 0
  const again = Math.ceil(rows / block), widened = held === 'float32' ? 0 : again * filters / speed.widened
  return { ms: products + moved + widened + (size ? again : 1) * bytes / speed.bytes, bytes }
}
