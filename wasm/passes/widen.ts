import { opNamed } from '../graph/registry.js'
import { type Fact } from '../graph/value.js'
import { elementTypes } from '../onnx/tensor.js'
import { Builder, isKnown, type Draft, type Step } from './draft.js'
import { hasKernels } from './lower.js'
import { sweep } from './sweep.js'

const isHalf = (f: Fact | undefined): boolean => f?.type === 'float16' || f?.type === 'bfloat16'
const float = elementTypes.indexOf('float32')

/**
 * Half precision is for storage: what has kernels for float32 is computed in float32, from halves widened once, and rounded only where a half is asked for.
 * A value that is made and read by such operators never becomes a half in between.
 */
export function widen(draft: Draft): Draft {
  if (![...draft.facts.values()].some(isHalf)) return draft
  const { facts } = draft, build = new Builder(facts, 'widen'), cast = opNamed('Cast'), wide = new Map<string, string>()

  const widened = (v: string, s: Step): string => {
    if (!isHalf(facts.get(v))) return v
    let w = wide.get(v)
    if (!w) wide.set(v, w = build.add(cast, [v], { ...cast.attrs, to: float }, s.node)[0]!)
    return w
  }
  const asFloat = (f: Fact | undefined): Fact | undefined => isHalf(f) ? { type: 'float32', shape: f!.shape } : f

  for (const s of draft.steps) {
    const inputs = s.inputs.map(v => v ? facts.get(v) : undefined), outputs = s.outputs.map(v => facts.get(v)!)
    // A half that is read as a float is there as one already.
    if ((s.op.name === 'Cast' || s.op.name === 'CastLike') && outputs[0]!.type === 'float32' && wide.has(s.inputs[0]!) && !draft.outputs.includes(s.outputs[0]!)) {
      build.add(opNamed('Identity'), [wide.get(s.inputs[0]!)!], {}, s.node, s.outputs)
      continue
    }
    const floats = inputs.map(asFloat), results = outputs.map(f => asFloat(f)!), made = s.op.view || hasKernels(s.op, floats, results, s.attrs) || s.op.means !== undefined
    const moves = s.op.view || hasKernels(s.op, inputs, outputs, s.attrs)
    const useful = [...inputs, ...outputs].some(isHalf) && s.op.name !== 'Cast' && s.op.name !== 'CastLike' && made && (!moves || s.inputs.some(v => wide.has(v)))
    if (!useful) { build.add(s.op, s.inputs, s.attrs, s.node, s.outputs); continue }
    const names = build.add(s.op, s.inputs.map(v => v ? widened(v, s) : ''), s.attrs, s.node, [], s.outputs.length)
    s.outputs.forEach((v, i) => {
      if (!isHalf(outputs[i])) { if (isKnown(facts.get(names[i]!))) build.settle(v, facts.get(names[i]!)!, s.node); else build.add(opNamed('Identity'), [names[i]!], {}, s.node, [v]); return }
      wide.set(v, names[i]!)
      build.add(cast, [names[i]!], { ...cast.attrs, to: elementTypes.indexOf(outputs[i]!.type) }, s.node, [v])
    })
  }
  return sweep({ ...draft, steps: build.steps })
}
