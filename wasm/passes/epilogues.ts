import { type Draft, type Step } from './draft.js'
import { type Rewriting, type View, rewrite } from './rewrite.js'

/** What a product or a convolution can do on its way out: bias, a residual, an activation. In this order, each on what the one before left. */
export const epilogues = (draft: Draft): Draft => rewrite(rewrite(rewrite(draft, [linear, bias]), [residual]), [activate])

/** Products with a constant matrix. */
function linear(s: Step, view: View): Rewriting {
  const [x, w] = s.inputs as [string, string], float = (v: string): boolean => view.facts.get(v)?.type === 'float32'
  if (!float(x) || !view.facts.get(w)?.constant || view.shape(w).length !== 2 || s.op.domain) return undefined
  if (s.op.name === 'MatMul' && view.shape(x).length > 1) return { op: 'Linear', inputs: [x, w] }
  if (s.op.name !== 'Gemm' || s.attrs['alpha'] !== 1 || s.attrs['transA'] || (s.inputs[2] && s.attrs['beta'] !== 1)) return undefined
  const n = view.shape(s.outputs[0]).at(-1)!, c = s.inputs[2]
  if (c && view.shape(c).join() !== `${n}`) return undefined
  return { op: 'Linear', inputs: [x, w, ...c ? [c] : []], attrs: { transposed: s.attrs['transB'] } }
}

/** Add(product, [n]); Add(convolution, [batch, 1, 1, n]), where a bias that is there already is added to the few new values. */
function bias(s: Step, view: View): Rewriting {
  if (s.op.name !== 'Add') return undefined
  const out = view.shape(s.outputs[0])
  for (const i of [0, 1]) {
    const v = s.inputs[i]!, b = s.inputs[1 - i]!, made = view.from(v, 'Linear', 'Conv')
    if (!made || made.op.domain !== 'noisegraph' || !view.only(v) || made.inputs[3] || view.shape(v).join() !== out.join()) continue
    const shape = view.shape(b), n = out.at(-1)!
    const row = shape.at(-1) === n && shape.every((d, j) => j === shape.length - 1 || d === 1 || (j === 0 && made.op.name === 'Conv' && shape.length === out.length))
    // What is computed and has one row may be that of a single picture: with several it would be no bias, and sums would be rounded otherwise.
    if (made.op.name === 'Linear' && shape.length > 1 && view.facts.get(b)?.constant === undefined) continue
    if (row && (made.attrs['group'] ?? 1) === 1) return { op: made.op.name, inputs: [made.inputs[0]!, made.inputs[1]!, made.inputs[2] ? { op: 'Add', domain: '', inputs: [b, made.inputs[2]] } : b], attrs: made.attrs }
  }
  return undefined
}

/** Add(product or convolution, a tensor of the same shape). */
function residual(s: Step, view: View): Rewriting {
  if (s.op.name !== 'Add') return undefined
  const out = view.shape(s.outputs[0]).join()
  for (const i of [1, 0]) {
    const v = s.inputs[i]!, r = s.inputs[1 - i]!, made = view.from(v, 'Linear', 'Conv')
    if (!made || made.op.domain !== 'noisegraph' || !view.only(v) || made.inputs[3] || made.attrs['act'] !== 'none' || view.shape(v).join() !== out || view.shape(r).join() !== out) continue
    if (made.attrs['group'] !== undefined && made.attrs['group'] !== 1) continue
    return { op: made.op.name, inputs: [made.inputs[0]!, made.inputs[1]!, made.inputs[2] ?? '', r], attrs: made.attrs }
  }
  return undefined
}

function activate(s: Step, view: View): Rewriting {
  if (s.op.name !== 'Activate') return undefined
  const made = view.from(s.inputs[0], 'Linear', 'Conv'), act = s.attrs['act'] as string
  if (!made || made.op.domain !== 'noisegraph' || !view.only(s.inputs[0]!) || made.attrs['act'] !== 'none') return undefined
  if (made.op.name === 'Conv' && (act !== 'relu' || made.attrs['group'] !== 1)) return undefined
  return { op: made.op.name, inputs: made.inputs, attrs: { ...made.attrs, act } }
}
