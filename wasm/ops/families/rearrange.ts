import { allocate, size, type Tensor } from '../../graph/value.js'
import { op, type Attrs, type Defaults, type Inputs, type Op, type Strings } from '../op.js'
import { canMove, moveLaunch, moveInto, type Move } from './copy.js'

/** What an operator that only moves elements does: the shape of the result, and the moves from each input. */
export interface Arrangement { readonly shape: readonly number[]; readonly moves: readonly { readonly input: number; readonly move: Move }[] }

/** An operator that moves elements without looking at them: transposes, slices, concatenations, expansions. All of the result is written. */
export const rearrange = <const A extends Defaults>(r: { name: string; since: number; attrs: A; values?: readonly number[]; plan(inputs: Inputs, attrs: Attrs<A>): Arrangement }): Op => op({
  name: r.name, since: r.since, attrs: r.attrs, ...r.values && { values: r.values },
  infer: (inputs, attrs) => [{ type: inputs[0]!.type, shape: r.plan(inputs, attrs as never).shape }],
  kernels: (inputs, [y], attrs) => !inputs[0]!.layout && canMove(y!, r.plan(inputs, attrs as never).moves.map(m => m.move)),
  launch: ({ in: inputs, out: [y] }, attrs) => r.plan(inputs, attrs as never).moves.map(({ input, move }) => moveLaunch(inputs[input]!, y!, move)),
  compute(inputs, attrs) {
    const facts = inputs.map(i => i && { type: (i as Tensor).type, shape: (i as Tensor).shape, value: i as Tensor })
    const { shape, moves } = r.plan(facts, attrs as never), first = inputs[0] as Tensor | Strings
    if (first.type === 'string') {
      const data = new Array<string>(size(shape)).fill('')
      for (const { input, move } of moves) moveInto(inputs[input] as Tensor, data as never, move)
      return [{ type: 'string', shape, data }]
    }
    const data = allocate(first.type, size(shape))
    for (const { input, move } of moves) moveInto(inputs[input] as Tensor, data, move)
    return [{ type: first.type, shape, data }]
  },
})
