import { call, op, scalar, type Term } from './op.js'

/** A matrix with its last two axes exchanged, or its first batch axis moved in between, as asked. */
function turned(shape: readonly number[], transposed: number, batched: number): number[] {
  const rank = shape.length, order = shape.map((_, i) => i)
  if (batched) { order.splice(rank - 2, 0, ...order.splice(0, 1)) }
  if (transposed) [order[rank - 1], order[rank - 2]] = [order[rank - 2]!, order[rank - 1]!]
  return order
}
const attrs = { alpha: 1, transA: 0, transB: 0, transBatchA: 0, transBatchB: 0 }

export default op({
  name: 'FusedMatMul', domain: 'com.microsoft', since: 1, attrs,
  means([a, b], t, [f, g]) {
    const turn = (x: Term | undefined, shape: readonly number[], flip: number, batch: number): Term | undefined => (flip || batch) && shape.length > 1 ? call('Transpose', [x], { perm: turned(shape, flip, batch) }) : x
    const y = call('MatMul', [turn(a, f!.shape, t.transA, t.transBatchA), turn(b, g!.shape, t.transB, t.transBatchB)])
    return [t.alpha === 1 ? y : call('Mul', [y, call('CastLike', [scalar(t.alpha), a])])]
  },
})
