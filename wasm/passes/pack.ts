import { opNamed } from '../graph/registry.js'
import { type Op } from '../ops/op.js'
import { derivedKey, type Draft } from './draft.js'
import { hasKernels } from './lower.js'

/** A constant to be made of another by kernels, once: the packed form of a weight. */
export interface Packing { readonly op: Op; readonly attrs: Readonly<Record<string, unknown>>; readonly from: string; readonly to: string }

/** Constant inputs that kernels want packed are replaced by their packed form; says what has to be made. */
export function pack(draft: Draft): { draft: Draft; packings: readonly Packing[] } {
  const { facts } = draft, packings = new Map<string, Packing>()
  const steps = draft.steps.map(s => {
    const inputs = s.inputs.map(v => v ? facts.get(v) : undefined)
    if (!s.op.packs || !hasKernels(s.op, inputs, s.outputs.map(v => facts.get(v)!), s.attrs)) return s
    const names = [...s.inputs]
    for (const [i, want] of Object.entries(s.op.packs(inputs, s.attrs as never))) {
      const f = inputs[Number(i)]
      if (!f?.constant || f.layout) continue
      const op = opNamed(want.op, 'noisegraph'), attrs = { ...op.attrs, ...want.attrs }, to = derivedKey(op, attrs, [f.constant], 0)
      if (!facts.has(to)) facts.set(to, { ...op.infer!([f], attrs as never, 1)[0]!, constant: to })
      packings.set(to, { op, attrs, from: s.inputs[Number(i)]!, to })
      names[Number(i)] = to
    }
    return { ...s, inputs: names }
  })
  return { draft: { ...draft, steps }, packings: [...packings.values()] }
}
