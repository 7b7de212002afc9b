import { type Machine, type Outcome, deviation, f32, values } from './machine.js'

/** Queries, keys, sizes of heads and of values, causal, masked, scale; with the last but three, later scores go far beyond the first ones. */
const shapes = [[66, 131, 6, 10, 0, 0, 1.5], [7, 37, 10, 16, 0, 0, 1.5], [6, 150, 9, 5, 0, 0, 30], [20, 200, 8, 7, 0, 0, 300], [5, 5, 16, 24, 1, 0, 1.5], [9, 40, 7, 33, 0, 1, 1.5]] as const

export default (on: Machine): Outcome[] => shapes.map(([sq, sk, d, dv, causal, masked, scale]) => {
  const batch = 2, heads = 2
  const q = values(batch * sq * heads * d, 1), k = values(batch * sk * heads * d, 2), v = values(batch * sk * heads * dv, 3), mask = values(sq * sk, 4)
  const o = on.room(batch * sq * heads * dv), queries = 32
  const args = [
    on.put(q), heads * d * 4, d * 4, sq * heads * d * 4, on.put(k), heads * d * 4, d * 4, sk * heads * d * 4,
    on.put(v), heads * dv * 4, dv * 4, sk * heads * dv * 4, o, heads * dv * 4, dv * 4, sq * heads * dv * 4, on.room(batch * heads * Math.ceil(sk / 4) * d * 4), on.room(batch * heads * Math.ceil(sk / 16)),
    masked ? on.put(mask) : 0, sk * 4, 0, 0, sq, sk, d, dv, heads, 1, queries, f32(scale), causal,
  ]
  on.call('f32_attention_pack', args, batch * heads * Math.ceil(sk / 16))
  on.call('f32_attention', args, batch * heads * Math.ceil(sq / queries))
  const expected = new Float64Array(batch * sq * heads * dv)
  for (let b = 0; b < batch; b++) for (let h = 0; h < heads; h++) for (let i = 0; i < sq; i++) {
    const scores = Array.from({ length: sk }, (_, j) => {
      if (causal && j > i + sk - sq) return -Infinity
      let s = 0
      for (let e = 0; e < d; e++) s += q[((b * sq + i) * heads + h) * d + e]! * k[((b * sk + j) * heads + h) * d + e]!
      return s * scale + (masked ? mask[i * sk + j]! : 0)
    })
    const most = Math.max(...scores), p = scores.map(s => Math.exp(s - most))
    const sum = p.reduce((s, e) => s + e, 0)
    for (let e = 0; e < dv; e++) expected[((b * sq + i) * heads + h) * dv + e] = p.reduce((s, u, j) => s + u * v[((b * sk + j) * heads + h) * dv + e]!, 0) / sum
  }
  return { name: `f32_attention ${sq}x${sk} of ${d}`, error: deviation(on.read(o, expected.length), expected), tolerance: scale > 100 ? 1e-4 : 1e-5 }
})
