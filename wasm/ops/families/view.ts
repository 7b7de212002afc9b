import { type Fact, type Tensor } from '../../graph/value.js'
import { op, type Attrs, type Defaults, type Inputs, type Op, type Strings } from '../op.js'

/** An operator that gives its first input another shape. */
export const view = <const A extends Defaults>(v: { name: string; since: number; attrs: A; values?: readonly number[]; shape(inputs: Inputs, attrs: Attrs<A>): readonly number[] }): Op => op({
  name: v.name, since: v.since, attrs: v.attrs, view: true, ...v.values && { values: v.values },
  infer: (inputs, attrs) => [{ type: inputs[0]!.type, shape: v.shape(inputs, attrs as never) }],
  compute: (inputs, attrs) => [{ ...(inputs[0] as Tensor | Strings), shape: v.shape(inputs.map(i => i && { ...(i as Tensor), value: i as Tensor }) as readonly Fact[], attrs as never) } as Tensor],
})
