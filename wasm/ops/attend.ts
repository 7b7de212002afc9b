import { after, float } from '../launches/gemm.js'
import { attentionTile } from '../launches/attention.js'
import { type Attrs, type Inputs, f32, op, u32 } from './op.js'

/** `heads` of q; k and v may have fewer (`kvHeads`), each shared by neighbouring heads of q. */
const attrs = { heads: 1, kvHeads: 1, scale: 1, causal: 0 }
function extents([q, k, v]: Inputs, a: Attrs<typeof attrs>) {
  const [batch, sq, width] = q!.shape as [number, number, number], sk = k!.shape[1]!, d = width / a.heads, dv = v!.shape[2]! / a.kvHeads
  return { batch, sq, sk, d, dv, keyBytes: batch * a.kvHeads * Math.ceil(sk / 4) * d * 16, blocks: batch * a.kvHeads * Math.ceil(sk / 16) }
}

/** softmax(scale q k' + mask) v for q [batch, sq, heads * d], k [batch, sk, kvHeads * d], v [batch, sk, kvHeads * dv], mask [batch or 1, heads or 1, sq or 1, sk] or its last dimensions. */
export default op({
  name: 'Attend', domain: 'noisegraph', since: 1, attrs,
  infer: (inputs, a) => {
    const { batch, sq, dv } = extents(inputs, a)
    return [float([batch, sq, a.heads * dv])]
  },
  workspace: (inputs, _out, a) => {
    const { keyBytes, blocks } = extents(inputs, a)
    return keyBytes + blocks * 4
  },
  launch({ in: [q, k, v, mask], out: [o], scratch }, a) {
    if (a.heads === 0) return []
    const { batch, sq, sk, d, dv, keyBytes, blocks } = extents([q, k, v], a), queries = attentionTile(batch * a.heads, sq, d + dv)
    const rows = (head: number, heads: number, n: number) => [head * heads * 4, head * 4, n * head * heads * 4].map(u32)
    const [mb, mh, mq] = [1, 1, 1, ...mask?.shape ?? []].slice(-4)
    const strides = mask ? [mq! > 1 ? sk * 4 : 0, mh! > 1 ? mq! * sk * 4 : 0, mb! > 1 ? mh! * mq! * sk * 4 : 0] : [0, 0, 0]
    const args = [
      q!, ...rows(d, a.heads, sq), k!, ...rows(d, a.kvHeads, sk), v!, ...rows(dv, a.kvHeads, sk), o!, ...rows(dv, a.heads, sq), scratch, after(scratch, keyBytes),
      mask ?? u32(0), ...strides.map(u32), ...[sq, sk, d, dv, a.heads, a.heads / a.kvHeads, queries].map(u32), f32(a.scale), u32(a.causal),
    ]
    return [
      { kernel: 'f32_attention_pack', args, tiles: blocks },
      { kernel: 'f32_attention', args, tiles: batch * a.heads * Math.ceil(sq / queries), grain: 1 },
    ]
  },
})
