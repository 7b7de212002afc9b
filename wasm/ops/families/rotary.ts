import { int64, numbers, tensor } from '../../graph/numbers.js'
import { size, type Fact, type Tensor } from '../../graph/value.js'
import { call, type Term } from '../op.js'
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

/** The same in simpler operators: `cos` and `sin` are [batch, sequence, angles], one row for each position of x. */
export function rotation(x: Term, fact: Fact, cos: Term, sin: Term, half: number, a: Rotary): Term {
  const four = fact.shape.length === 4, h = heads(fact.shape, a.num_heads || (four ? 0 : fact.shape[2]! / (2 * half))), width = 2 * half
  if (width !== (a.rotary_embedding_dim || h.size)) throw new Error(`${half} angles do not fit ${a.rotary_embedding_dim || h.size} features`)
  const whole = four ? [h.batch, h.heads, h.length, h.size] : [h.batch, h.length, h.heads, h.size], reshaped = (t: Term, to: readonly number[]): Term => call('Reshape', [t, { constant: int64(to) }])
  const part = (from: number, to: number, step = 1): Term => call('Slice', [y, ...[from, to, 3, step].map(n => ({ constant: int64([n]) }))])
  const product = (p: Term, q: Term): Term => call('Mul', [p, q]), joined = (...all: Term[]): Term => call('Concat', all, { axis: 3 })
  const y = four ? x : reshaped(x, whole), [p, q] = a.interleaved ? [part(0, width, 2), part(1, width, 2)] : [part(0, half), part(half, width)]
  const [c, s] = [cos, sin].map(t => reshaped(t, four ? [-1, 1, h.length, half] : [-1, h.length, 1, half])) as [Term, Term]
  const pair = [call('Sub', [product(c, p), product(s, q)]), call('Add', [product(s, p), product(c, q)])] as const
  const flat = whole.slice(0, 3), turned = a.interleaved ? reshaped(joined(...pair.map(t => reshaped(t, [size(flat), 1, half, 1]))), [...flat, width]) : joined(...pair)
  const all = width < h.size ? joined(turned, part(width, h.size)) : turned
  return four ? all : reshaped(all, fact.shape)
}
