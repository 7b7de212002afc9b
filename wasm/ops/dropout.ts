import { numbers, tensor } from '../graph/numbers.js'
import { allocate, size, type Tensor } from '../graph/value.js'
import { op } from './op.js'
import { randoms } from './families/random.js'

/** Does nothing, unless its third input says that this is training. */
export default [
  op({
    name: 'Dropout', since: 7, attrs: { ratio: 0.5 },
    infer: ([x], _a, outputs) => [{ type: x!.type, shape: x!.shape }, { type: 'bool' as const, shape: x!.shape }].slice(0, outputs),
    means: ([x], _a, facts) => facts.length ? [x!, { constant: { type: 'bool', shape: facts[0]!.shape, data: allocate('bool', size(facts[0]!.shape)).fill(1 as never) as Uint8Array } }] : undefined,
  }),
  op({
    name: 'Dropout', since: 12, attrs: { seed: null as number | null }, values: [2], impure: true,
    infer: ([x], _a, outputs) => [{ type: x!.type, shape: x!.shape }, { type: 'bool' as const, shape: x!.shape }].slice(0, outputs),
    means: ([x], _a, facts) => facts[2]?.value?.data[0] ? undefined : [x!, { constant: { type: 'bool', shape: facts[0]!.shape, data: allocate('bool', size(facts[0]!.shape)).fill(1 as never) as Uint8Array } }],
    compute([x, ratio, training], { seed }) {
      const t = x as Tensor, p = ratio ? numbers(ratio as Tensor)[0]! : 0.5, keep = allocate('bool', t.data.length).fill(1 as never) as Uint8Array, v = numbers(t)
      if (!(training as Tensor | undefined)?.data[0] || p === 0) return [t, { type: 'bool', shape: t.shape, data: keep }]
      const next = randoms(seed)
      for (let i = 0; i < keep.length; i++) keep[i] = Number(next() >= p)
      return [tensor(t.type, t.shape, Float64Array.from({ length: v.length }, (_, i) => keep[i] ? v[i]! / (1 - p) : 0)), { type: 'bool', shape: t.shape, data: keep }]
    },
  }),
]
