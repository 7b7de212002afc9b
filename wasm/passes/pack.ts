import { opNamed } from '../graph/registry.js'
import { type Fact, type Held } from '../graph/value.js'
import { heldAs } from '../launches/held.js'
import { type Op } from '../ops/op.js'
import { derivedKey, type Draft } from './draft.js'
import { gridHeld } from './grid.js'
import { hasKernels } from './lower.js'

/** How weights are kept: `stored` keeps halves as halves, eight and four bits as they are where panels can hold them, and all else in float32; `int4` is for products, with convolutions in int8. */
export type Precision = 'stored' | Held

/** A constant to be made of another by kernels, once: the packed form of a weight. */
export interface Packing { readonly op: Op; readonly attrs: Readonly<Record<string, unknown>>; readonly from: string; readonly to: string; /** Whether it is held as it is stored, in a few bits. */ readonly grid: boolean }

/** Constant inputs that kernels want packed are replaced by their packed form; says what has to be made. */
export function pack(draft: Draft, precision: Precision): { draft: Draft; packings: ReadonlyMap<string, Packing> } {
  const { facts } = draft, packings = new Map<string, Packing>()
  const steps = draft.steps.map(s => {
    const inputs = s.inputs.map(v => v ? facts.get(v) : undefined)
    if (!s.op.packs || !hasKernels(s.op, inputs, s.outputs.map(v => facts.get(v)!), s.attrs)) return s
    const names = [...s.inputs]
    for (const [i, want] of Object.entries(s.op.packs(inputs, s.attrs as never))) {
      const f = inputs[Number(i)]
      if (!f?.constant || f.layout) continue
      const op = opNamed(want.op, 'noisegraph'), attrs = { ...op.attrs, ...want.attrs }, panels = op.infer!([f], attrs as never, 1)[0]!, turned = attrs['transposed'] === 1, held = panels.depth && panels.bytes! >= small ? heldFor(f, panels.layout!, precision, turned) : 'float32'
      const grid = held !== 'float32' && gridHeld(f, panels.layout!, turned) === held, to = derivedKey(op, { ...attrs, held }, [f.constant], 0)
      if (!facts.has(to)) facts.set(to, { ...heldAs(panels, held), constant: to })
      packings.set(to, { op, attrs, from: s.inputs[Number(i)]!, to, grid })
      names[Number(i)] = to
    }
    return { ...s, inputs: names }
  })
  return { draft: { ...draft, steps }, packings }
}

/** Below this many bytes in float32, nothing is won by holding less. */
const small = 1 << 14

/** What a constant's panels of a layout are held as; `turned`: a matrix [n][k]. */
export function heldFor(f: Fact, layout: string, precision: Precision, turned = false): Held {
  const transformed = layout.startsWith('winograd'), own = gridHeld(f, layout, turned)
  if (own && (precision === 'stored' || precision === 'int8')) return own
  if (precision === 'stored') return f.source?.type === 'float16' && !transformed ? 'float16' : 'float32'
  if (transformed && precision !== 'float32') return 'float16'
  // Four bits are too few for convolutions: with them, the shipped model is off by 41% instead of 12%.
  return precision === 'int4' && layout !== 'panels' ? 'int8' : precision
}
