import { int64 } from '../graph/numbers.js'
import { call, op, type Term } from './op.js'

const attrs = { activation: 0, channels_last: 1, epsilon: 1e-5, groups: 1 }

/** Group normalisation with channels last (or second), and SiLU where asked. */
function norm(x: Term, gamma: Term | undefined, beta: Term | undefined, a: typeof attrs, rank: number): Term {
  const last = [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1], first = [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)]
  const y = call('GroupNormalization', [a.channels_last ? call('Transpose', [x], { perm: first }) : x, gamma, beta], { num_groups: a.groups, epsilon: a.epsilon })
  const z = a.activation ? call('Mul', [y, call('Sigmoid', [y])]) : y
  return a.channels_last ? call('Transpose', [z], { perm: last }) : z
}

export default [
  op({ name: 'GroupNorm', domain: 'com.microsoft', since: 1, attrs, infer: ([x]) => [{ type: x!.type, shape: x!.shape }], means: ([x, gamma, beta], a, [f]) => [norm(x!, gamma, beta, a, f!.shape.length)] }),
  op({
    name: 'SkipGroupNorm', domain: 'com.microsoft', since: 1, attrs,
    infer: ([x], _a, outputs) => [{ type: x!.type, shape: x!.shape }, { type: x!.type, shape: x!.shape }].slice(0, outputs),
    means([x, gamma, beta, skip, bias], a, [f, , , s]) {
      const added = s!.shape.length === 2 ? call('Reshape', [skip, { constant: int64([s!.shape[0]!, ...f!.shape.slice(1, -1).map(() => 1), s!.shape[1]!]) }]) : skip, sum = call('Add', [x, added]), all = bias ? call('Add', [sum, bias]) : sum
      return [norm(all, gamma, beta, a, f!.shape.length), all]
    },
  }),
]
