import { EngineError } from '../errors.js'
import { nodeTitle } from '../graph/graph.js'
import { guarded } from '../graph/refusal.js'
import { type Op } from '../ops/op.js'
import { Builder, isKnown, type Draft, type Step } from './draft.js'

/** Whether an operator's kernels take these types and layouts. */
export const hasKernels = (op: Op, inputs: Parameters<NonNullable<Op['kernels']>>[0], outputs: Parameters<NonNullable<Op['kernels']>>[1], attrs: object): boolean =>
  Boolean(op.launch) && (op.kernels ? op.kernels(inputs, outputs, attrs as never) : [...inputs, ...outputs].every(f => !f || (f.type === 'float32' && !f.layout)))

/** Every step becomes one that can be run: by kernels, as a view, by JavaScript; the others are replaced by what they mean. */
export function lower(draft: Draft): Draft {
  const build = new Builder(draft.facts, 'lower')
  const steps: Step[] = []
  const visit = (s: Step): void => {
    const inputs = s.inputs.map(v => v ? draft.facts.get(v) : undefined), outputs = s.outputs.map(v => draft.facts.get(v)!)
    if (s.op.view || guarded(s.node, inputs, () => hasKernels(s.op, inputs, outputs, s.attrs))) { steps.push(s); return }
    const terms = guarded(s.node, inputs, () => s.op.means?.(s.inputs.map((v, i) => v ? { input: i } : undefined), s.attrs as never, inputs, s.node.opset, s.outputs.length))
    if (terms) {
      const cache = new Map()
      terms.forEach((t, i) => {
        const to = s.outputs[i]
        if (!to) return
        const from = build.term(t, s.inputs, s.node, to, cache)
        if (from === to) return
        if (isKnown(draft.facts.get(from))) build.settle(to, draft.facts.get(from)!, s.node)
        else build.add(copy, [from], {}, s.node, [to])
      })
      for (const inner of build.steps.splice(0)) visit(inner)
      return
    }
    if (!s.op.compute) throw new EngineError('UNSUPPORTED', `${nodeTitle(s.node)} has no kernel for ${inputs.map(f => f ? `${f.type} [${f.shape}]` : 'nothing').join(', ')}.`)
    steps.push(s)
  }
  draft.steps.forEach(visit)
  return { ...draft, steps }
}

/** Another name for a value. */
const copy: Op = { name: 'Identity', domain: 'noisegraph', since: 1, attrs: {}, view: true, infer: ([x]) => [x!] }
