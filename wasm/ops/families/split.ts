import { axisOf, strides } from '../../graph/shape.js'
import { type Tensor } from '../../graph/value.js'
import { op, type Attrs, type Defaults, type Inputs, type Op } from '../op.js'
import { canMove, moved, moveLaunch, type Move } from './copy.js'

/** Split: `parts` says how long the pieces are. */
export const splitter = <const A extends Defaults & { axis: number }>(s: { since: number; attrs: A; values?: readonly number[]; parts(length: number, inputs: Inputs, attrs: Attrs<A>, outputs: number): readonly number[] }): Op => {
  const plan = (inputs: Inputs, attrs: Attrs<A>, outputs: number): { shapes: number[][]; moves: Move[] } => {
    const shape = inputs[0]!.shape, axis = axisOf(attrs.axis as number, shape.length), from = strides(shape), parts = s.parts(shape[axis]!, inputs, attrs, outputs)
    if (parts.reduce((a, b) => a + b, 0) !== shape[axis] || parts.some(p => p < 0)) throw new Error(`the parts [${parts}] do not make up ${shape[axis]}`)
    let at = 0
    const shapes = parts.map(p => shape.map((d, i) => i === axis ? p : d))
    return { shapes, moves: shapes.map((o, i) => { const fromStart = at * from[axis]!; at += parts[i]!; return { shape: o, from, fromStart, to: strides(o), toStart: 0 } }) }
  }
  return op({
    name: 'Split', since: s.since, attrs: s.attrs as Defaults, ...s.values && { values: s.values },
    infer: (inputs, attrs, outputs) => plan(inputs, attrs as never, outputs).shapes.map(shape => ({ type: inputs[0]!.type, shape })),
    kernels: (inputs, outputs, attrs) => canMove(inputs[0]!, plan(inputs, attrs as never, outputs.length).moves),
    launch: ({ in: inputs, out }, attrs) => plan(inputs, attrs as never, out.length).moves.map((m, i) => moveLaunch(inputs[0]!, out[i]!, m)),
    compute: (inputs, attrs, host) => {
      const x = inputs[0] as Tensor, { shapes, moves } = plan(inputs.map(t => t && { ...(t as Tensor), value: t as Tensor }), attrs as never, host.outputs.length)
      return shapes.map((shape, i) => moved(x, x.type, shape, [moves[i]!]))
    },
  })
}
