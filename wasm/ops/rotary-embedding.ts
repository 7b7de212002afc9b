import { list } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { call, op, type Term } from './op.js'
import { rotate, rotation } from './families/rotary.js'

const attrs = { interleaved: 0, num_heads: 0, rotary_embedding_dim: 0 }

export default [
  op({
    name: 'RotaryEmbedding', since: 23, attrs, infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
    means([x, cos, sin, positions], a, [fact, angles]) {
      const rows = (t: Term): Term => positions ? call('Gather', [t, positions]) : t
      return fact!.type === 'float32' ? [rotation(x!, fact!, rows(cos!), rows(sin!), angles!.shape.at(-1)!, a)] : undefined
    },
    compute([x, cos, sin, positions], a) {
      const t = x as Tensor, length = t.shape.at(-2)!, n = t.shape.length === 3 ? t.shape[1]! : length, at = positions && list(positions as Tensor)
      return [rotate(t, cos as Tensor, sin as Tensor, (b, s) => at ? at[b * n + s]! : b * n + s, a)]
    },
  }),
  op({
    name: 'RotaryEmbedding', domain: 'com.microsoft', since: 1, attrs: { ...attrs, scale: 1, is_packed_batching: 0 }, infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
    means([x, positions, cos, sin], a, [fact, places, angles]) {
      if (fact!.type !== 'float32' || places!.shape.length !== 2) return undefined
      return [rotation(x!, fact!, call('Gather', [cos!, positions!]), call('Gather', [sin!, positions!]), angles!.shape.at(-1)!, a)]
    },
    compute([x, positions, cos, sin], a) {
      // One position is where the first of every sequence stands.
      const t = x as Tensor, n = t.shape.length === 3 ? t.shape[1]! : t.shape[2]!, at = list(positions as Tensor)
      return [rotate(t, cos as Tensor, sin as Tensor, (b, s) => at.length === 1 ? at[0]! + s : at[b * n + s]!, a)]
    },
  }),
]
