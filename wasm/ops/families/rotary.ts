import { numbers, tensor } from '../../graph/numbers.js'
import { type Tensor } from '../../graph/value.js'
import { heads } from './heads.js'

export interface Rotary { readonly interleaved: number; readonly num_heads: number; readonly rotary_embedding_dim: number }

/** Rotates pairs of features by angles whose cosines and sines are `cos` and `sin` (half as many columns as rotated features), row `rowOf(batch, position)`. */
export function rotate(x: Tensor, cos: Tensor, sin: Tensor, rowOf: (b: number, s: number) => number, a: Rotary): Tensor {
  const four = x.shape.length === 4, h = heads(x.shape, a.num_heads || (four ? 0 : x.shape[2]! / (2 * cos.shape.at(-1)!))), v = numbers(x), c = numbers(cos), s = numbers(sin), half = cos.shape.at(-1)!, out = Float64Array.from(v)
  if (half * 2 !== (a.rotary_embedding_dim || h.size)) throw new Error(`${half} angles do not fit ${a.rotary_embedding_dim || h.size} features`)
  for (let b = 0; b < h.batch; b++) for (let i = 0; i < h.length; i++) for (let k = 0; k < h.heads; k++) {
    const at = four ? ((b * h.heads + k) * h.length + i) * h.size : ((b * h.length + i) * h.heads + k) * h.size, row = rowOf(b, i) * half
    for (let j = 0; j < half; j++) {
      const [p, q] = a.interleaved ? [at + 2 * j, at + 2 * j + 1] : [at + j, at + half + j]
      out[p] = c[row + j]! * v[p]! - s[row + j]! * v[q]!
      out[q] = s[row + j]! * v[p]! + c[row + j]! * v[q]!
    }
  }
  return tensor(x.type, x.shape, out)
}
