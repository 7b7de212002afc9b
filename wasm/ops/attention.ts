import { int64, numbers, tensor } from '../graph/numbers.js'
import { offsets, spread } from '../graph/shape.js'
import { type Fact, type Tensor } from '../graph/value.js'
import { call, op, type Attrs, type Term } from './op.js'
import { heads, type Heads } from './families/heads.js'
import { concat } from './families/stack.js'

const attrs = { is_causal: 0, kv_num_heads: 0, q_num_heads: 0, qk_matmul_output_mode: 0, scale: 0, softcap: 0, softmax_precision: 0 }

function facts([q, k, v, mask, pastK, pastV]: readonly (Fact | undefined)[], a: Attrs<typeof attrs>): Fact[] {
  const [x, y, z] = [heads(q!.shape, a.q_num_heads), heads(k!.shape, a.kv_num_heads), heads(v!.shape, a.kv_num_heads)] as [Heads, Heads, Heads], total = y.length + (pastK?.shape[2] ?? 0)
  if (x.heads % y.heads !== 0 || x.size !== y.size || y.length !== z.length || y.heads !== z.heads || x.batch !== y.batch || y.batch !== z.batch) throw new Error('batches, heads and lengths of queries, keys and values do not fit')
  for (const [past, h] of [[pastK, y], [pastV, z]] as const) if (past && String(past.shape) !== String([h.batch, h.heads, pastK?.shape[2], h.size])) throw new Error(`a cache of [${past.shape}] does not fit`)
  const scores = [x.batch, x.heads, x.length, total]
  if (mask && (mask.shape.length > 4 || [...mask.shape].reverse().some((d, i) => i === 0 ? d > total : d !== 1 && d !== scores[3 - i]))) throw new Error(`a mask of [${mask.shape}] does not fit scores of [${scores}]`)
  const shape = q!.shape.length === 3 ? [x.batch, x.length, x.heads * z.size] : [x.batch, x.heads, x.length, z.size]
  return [{ type: q!.type, shape }, { type: k!.type, shape: [y.batch, y.heads, total, y.size] }, { type: v!.type, shape: [z.batch, z.heads, z.length + (pastV?.shape[2] ?? 0), z.size] }, { type: q!.type, shape: scores }]
}

/** Scaled dot-product attention of opset 23 and 24: grouped heads, masks, causality, a cache, a soft cap. */
export default op({
  name: 'Attention', since: 23, attrs,
  infer: (inputs, a, outputs) => facts(inputs, a).slice(0, outputs),
  means([q, k, v, mask], a, [fq, fk, fv, fm, ...more], _opset, outputs) {
    if (outputs > 1 || more.some(Boolean) || a.softcap || [fq, fk, fv, fm].some(f => f && f.type !== 'float32')) return undefined
    const x = heads(fq!.shape, a.q_num_heads), y = heads(fk!.shape, a.kv_num_heads), z = heads(fv!.shape, a.kv_num_heads)
    if ((a.is_causal && x.length !== y.length) || (fm && fm.shape.at(-1) !== y.length)) return undefined
    const flat = (t: Term | undefined, h: Heads, rank: number): Term | undefined => rank === 3 ? t : call('Reshape', [call('Transpose', [t], { perm: [0, 2, 1, 3] }), { constant: int64([h.batch, h.length, h.heads * h.size]) }], { allowzero: 1 })
    const out = call('Attend', [flat(q, x, fq!.shape.length), flat(k, y, fk!.shape.length), flat(v, z, fv!.shape.length), mask], { heads: x.heads, kvHeads: y.heads, scale: a.scale || 1 / Math.sqrt(x.size), causal: a.is_causal }, 'noisegraph')
    return [fq!.shape.length === 3 ? out : call('Transpose', [call('Reshape', [out, { constant: int64([x.batch, x.length, x.heads, z.size]) }], { allowzero: 1 })], { perm: [0, 2, 1, 3] })]
  },
  compute(inputs, a) {
    const [q, k, v, mask, pastK, pastV, lengths] = inputs as (Tensor | undefined)[], out = facts(inputs as Tensor[], a), x = heads(q!.shape, a.q_num_heads)
    const present = (t: Tensor, past: Tensor | undefined): Tensor => { const h = heads(t.shape, a.kv_num_heads), four = inHeads(t, h); return past ? concat([past, four], 2) : four }
    const keys = present(k!, pastK), values = present(v!, pastV), [, kvHeads, total, d] = keys.shape as [number, number, number, number], dv = values.shape[3]!
    const xs = numbers(inHeads(q!, x)), ks = numbers(keys), vs = numbers(values), scale = a.scale || 1 / Math.sqrt(d), past = pastK?.shape[2] ?? 0, share = x.heads / kvHeads
    const m = mask && maskOf(mask, [x.batch, x.heads, x.length, total]), valid = lengths && numbers(lengths)
    const y = new Float64Array(x.batch * x.heads * x.length * dv), scores = new Float64Array(x.batch * x.heads * x.length * total), row = new Float64Array(total)
    for (let b = 0; b < x.batch; b++) for (let h = 0; h < x.heads; h++) for (let i = 0; i < x.length; i++) {
      const at = (b * x.heads + h) * x.length + i, kv = b * kvHeads + Math.floor(h / share)
      let most = -Infinity, sum = 0
      for (let j = 0; j < total; j++) {
        let s = 0
        for (let e = 0; e < d; e++) s += xs[at * d + e]! * ks[(kv * total + j) * d + e]!
        s *= scale
        if (a.qk_matmul_output_mode === 0) scores[at * total + j] = s
        if (m) s += m[at * total + j]!
        if ((a.is_causal && j > i + past) || (valid && j >= valid[b]!)) s = -Infinity
        if (a.qk_matmul_output_mode === 1) scores[at * total + j] = s
        if (a.softcap) s = a.softcap * Math.tanh(s / a.softcap)
        if (a.qk_matmul_output_mode === 2) scores[at * total + j] = s
        row[j] = s
        most = Math.max(most, s)
      }
      for (let j = 0; j < total; j++) sum += row[j] = most === -Infinity ? 0 : Math.exp(row[j]! - most)
      for (let j = 0; j < total; j++) {
        const p = sum ? row[j]! / sum : 0
        if (a.qk_matmul_output_mode === 3) scores[at * total + j] = p
        for (let e = 0; e < dv; e++) y[at * dv + e]! += p * vs[(kv * total + j) * dv + e]!
      }
    }
    return [fromHeads(y, q!, out[0]!, { ...x, size: dv }), keys, values, tensor(q!.type, out[3]!.shape, scores)]
  },
})

/** What is added to every score: a float mask as it is, a truth mask as 0 or minus infinity; a mask shorter than the keys hides the rest. */
function maskOf(mask: Tensor, shape: readonly number[]): Float64Array {
  const v = numbers(mask), width = mask.shape.at(-1)!, total = shape[3]!, known = [...shape.slice(0, 3), width === 1 ? total : Math.min(width, total)], at = offsets(known, spread(mask.shape, known)), out = new Float64Array(shape.reduce((p, q) => p * q, 1)).fill(-Infinity)
  at.forEach((o, i) => { out[Math.floor(i / known[3]!) * total + i % known[3]!] = mask.type === 'bool' ? v[o] ? 0 : -Infinity : v[o]! })
  return out
}

/** [batch, length, heads x size] as [batch, heads, length, size]. */
function inHeads(t: Tensor, h: Heads): Tensor {
  if (t.shape.length === 4) return t
  const data = t.data.slice() as Float64Array, from = t.data as Float64Array, shape = [h.batch, h.heads, h.length, h.size], at = offsets(shape, [h.length * h.heads * h.size, h.size, h.heads * h.size, 1])
  for (let i = 0; i < data.length; i++) data[i] = from[at[i]!]!
  return { type: t.type, shape, data }
}

function fromHeads(y: Float64Array, q: Tensor, out: Fact, h: Heads): Tensor {
  if (q.shape.length === 4) return tensor(out.type, out.shape, y)
  const at = offsets([h.batch, h.length, h.heads, h.size], [h.heads * h.length * h.size, h.size, h.length * h.size, 1])
  return tensor(out.type, out.shape, Float64Array.from(at, o => y[o]!))
}
