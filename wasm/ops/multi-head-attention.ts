import { int64 } from '../graph/numbers.js'
import { type Fact } from '../graph/value.js'
import { call, op, pick, scalar, type Term } from './op.js'

const attrs = { num_heads: 1, scale: 0, unidirectional: 0, mask_filter_value: -10000 }
const at = (v: readonly number[]): Term => ({ constant: int64(v) })
const reshape = (t: Term | undefined, shape: readonly number[]): Term => call('Reshape', [t, at(shape)], { allowzero: 1 })

/** A part along an axis, from `from` up to `to`. */
const part = (t: Term | undefined, axis: number, from: number, to: number): Term => call('Slice', [t, at([from]), at([to]), at([axis])])

/** A mask of 1 for keys to be seen, as what is added to scores. */
const additive = (mask: Term | undefined, shape: readonly number[], hidden: number): Term =>
  call('Mul', [call('Sub', [scalar(1), reshape(call('Cast', [mask], { to: 1 }), shape)]), scalar(hidden)])

/** Which form the mask over keys has: [batch, keys], or [batch, queries, keys], or with heads in between; in one dimension how many keys of each picture count, and from which on, where there are twice as many. */
function maskTerm(mask: Term | undefined, f: Fact | undefined, bias: Term | undefined, batch: number, sk: number, hidden: number): Term | undefined {
  if (!mask || !f) return bias
  const [b, ...rest] = f.shape as [number, ...number[]], add = (m: Term): Term => bias ? call('Add', [m, bias]) : m
  if (f.shape.length === 1 && (b === batch || b === 2 * batch)) {
    const keys: Term = { constant: { type: 'int32', shape: [1, 1, 1, sk], data: Int32Array.from({ length: sk }, (_, i) => i) } }
    const bound = (from: number): Term => reshape(call('Cast', [part(mask, 0, from, from + batch)], { to: 6 }), [batch, 1, 1, 1])
    const ends = call('Less', [keys, bound(0)]), seen = b === batch ? ends : call('And', [ends, call('GreaterOrEqual', [keys, bound(batch)])])
    return add(additive(seen, [batch, 1, 1, sk], hidden))
  }
  if (f.shape.at(-1) !== sk || rest.length < 1 || rest.length > 3) throw new Error(`a mask of [${f.shape}] is not supported: it should end in ${sk} keys, or be [${batch}] or [${2 * batch}]`)
  return add(additive(mask, rest.length === 1 ? [b, 1, 1, sk] : rest.length === 2 ? [b, 1, rest[0]!, sk] : f.shape, hidden))
}

/** Queries that see no later keys, the first of them being at `past`. */
function onward(length: number, total: number, past: number): Term {
  return { constant: { type: 'float32', shape: [1, 1, length, total], data: Float32Array.from({ length: length * total }, (_, i) => i % total > Math.floor(i / total) + past ? -Infinity : 0) } }
}

export default [
  op({
    name: 'MultiHeadAttention', domain: 'com.microsoft', since: 1, attrs,
    means([query, key, value, bias, mask, scores, pastKey, pastValue], a, [fq, fk, fv, fb, fm, , fp], _opset, outputs) {
      const packed = fq!.shape.length === 5, [batch, sq] = fq!.shape as [number, number], width = packed ? a.num_heads * fq!.shape[4]! : fq!.shape[2]!, size = width / a.num_heads
      let q = query, k = key, v = value
      // Packed together: [batch, length, heads, 3 or 2, size].
      if (packed) [q, k, v] = [0, 1, 2].map(i => reshape(part(query, 3, i, i + 1), [batch, sq, width])) as [Term, Term, Term]
      else if (fk?.shape.length === 5) [k, v] = [0, 1].map(i => reshape(part(key, 3, i, i + 1), [batch, fk.shape[1]!, width])) as [Term, Term]
      const inHeads = !packed && fk?.shape.length === 4, wide = inHeads || packed || fk?.shape.length === 5 ? width : fv!.shape[2]!
      if (bias) {
        q = call('Add', [q, part(bias, 0, 0, width)])
        if (!inHeads) { k = call('Add', [k, part(bias, 0, width, 2 * width)]); v = call('Add', [v, part(bias, 0, 2 * width, fb!.shape[0]!)]) }
      }
      const split = (t: Term | undefined, length: number, all: number): Term => call('Transpose', [reshape(t, [batch, length, a.num_heads, all / a.num_heads])], { perm: [0, 2, 1, 3] })
      const sk = packed ? sq : inHeads ? fk!.shape[2]! : fk!.shape[1]!, total = sk + (fp?.shape[2] ?? 0), hk = inHeads ? k! : split(k, sk, width), hv = inHeads ? v! : split(v, sk, wide)
      const args = { q_num_heads: a.num_heads, kv_num_heads: a.num_heads, scale: a.scale || 1 / Math.sqrt(size), is_causal: a.unidirectional }
      const y = { op: 'Attention', args: [split(q, sq, width), hk, hv, maskTerm(mask, fm, scores, batch, total, a.mask_filter_value), pastKey, pastValue], attrs: args, outputs: outputs > 1 ? 3 : 1 }
      return [reshape(call('Transpose', [pick(y, 0)], { perm: [0, 2, 1, 3] }), [batch, sq, -1]), ...outputs > 1 ? [pick(y, 1), pick(y, 2)] : []]
    },
  }),
  op({
    name: 'Attention', domain: 'com.microsoft', since: 1, attrs: { ...attrs, qkv_hidden_sizes: [] as readonly number[], do_rotary: 0, past_present_share_buffer: 0 },
    /** `past` and the second output hold keys and values of what came before: [2, batch, heads, length, size]. */
    means([x, weights, bias, mask, past, scores], a, [fx, fw, , fm, fp], _opset, outputs) {
      if (a.do_rotary || a.past_present_share_buffer) return undefined
      const [batch, length] = fx!.shape as [number, number], third = fw!.shape[1]! / 3, [wq, wk, wv] = a.qkv_hidden_sizes.length ? a.qkv_hidden_sizes as readonly [number, number, number] : [third, third, third]
      const product = call('MatMul', [x, weights]), all = bias ? call('Add', [product, bias]) : product
      const q = part(all, 2, 0, wq), k = part(all, 2, wq, wq + wk), v = part(all, 2, wq + wk, wq + wk + wv), scale = a.scale || 1 / Math.sqrt(wq / a.num_heads)
      const before = fp ? fp.shape[3]! : 0, total = before + length, hidden = maskTerm(mask, fm, scores, batch, total, a.mask_filter_value)
      if (!past && outputs === 1) {
        return [call('Attention', [q, k, v, hidden], { q_num_heads: a.num_heads, kv_num_heads: a.num_heads, scale, is_causal: a.unidirectional })]
      }
      const split = (t: Term, width: number): Term => call('Transpose', [reshape(t, [batch, length, a.num_heads, width / a.num_heads])], { perm: [0, 2, 1, 3] })
      const cached = (i: number, now: Term): Term => past ? call('Concat', [call('Squeeze', [part(past, 0, i, i + 1), at([0])]), now], { axis: 2 }) : now
      const keys = cached(0, split(k, wk)), values = cached(1, split(v, wv)), order = a.unidirectional ? onward(length, total, before) : undefined
      const y = call('Attention', [split(q, wq), keys, values, order && hidden ? call('Add', [order, hidden]) : order ?? hidden], { scale })
      const present = call('Concat', [keys, values].map(t => call('Unsqueeze', [t, at([0])])), { axis: 0 })
      return [reshape(call('Transpose', [y], { perm: [0, 2, 1, 3] }), [batch, length, wv]), ...outputs > 1 ? [present] : []]
    },
  }),
]
