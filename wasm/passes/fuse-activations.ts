import { type Draft, type Step } from './draft.js'
import { type Rewriting, type View, rewrite } from './rewrite.js'

const near = (a: number | undefined, b: number): boolean => a !== undefined && Math.abs(a - b) < 1e-5 * Math.abs(b)
const float = (s: Step, view: View): boolean => view.facts.get(s.outputs[0]!)?.type === 'float32'

/** SiLU, GELU (by erf) and its quick form, in the pieces that exporters write them in; the plain operators; the gated linear unit with GELU. */
export const fuseActivations = (draft: Draft): Draft => rewrite(rewrite(draft, [plain, gelu]), [silu, geglu])

const names: Readonly<Record<string, string>> = { Relu: 'relu', Sigmoid: 'sigmoid', Gelu: 'gelu' }
function plain(s: Step, view: View): Rewriting {
  const act = s.op.name === 'Gelu' && s.attrs['approximate'] === 'tanh' ? 'geluTanh' : names[s.op.name]
  return act && !s.op.domain && float(s, view) ? { op: 'Activate', inputs: [s.inputs[0]!], attrs: { act } } : undefined
}

/** The factors of a product of two or three, scalars apart. */
function factors(s: Step, view: View): { scale: number; terms: string[] } {
  const terms: string[] = []
  let scale = 1
  for (const v of s.inputs) {
    const k = view.scalar(v), inner = view.from(v, 'Mul')
    if (k !== undefined) scale *= k
    else if (inner && view.only(v)) {
      const f = factors(inner, view)
      scale *= f.scale
      terms.push(...f.terms)
    } else terms.push(v)
  }
  return { scale, terms }
}

/** 0.5 x (1 + erf(x / sqrt 2)), the factors in any order. */
function gelu(s: Step, view: View): Rewriting {
  if (s.op.name !== 'Mul' || !float(s, view)) return undefined
  const { scale, terms } = factors(s, view)
  if (!near(scale, 0.5) || terms.length !== 2) return undefined
  for (const [x, t] of [terms, [...terms].reverse()] as [string, string][]) {
    const add = view.from(t, 'Add')
    if (!add) continue
    const at = add.inputs.findIndex(v => view.scalar(v) === 1), erf = view.from(add.inputs[1 - at], 'Erf')
    if (at < 0 || !erf) continue
    const div = view.from(erf.inputs[0], 'Div'), mul = view.from(erf.inputs[0], 'Mul')
    if ((div && div.inputs[0] === x && near(view.scalar(div.inputs[1]), Math.SQRT2)) || (mul && mul.inputs.includes(x) && mul.inputs.some(v => near(view.scalar(v), Math.SQRT1_2)))) return { op: 'Activate', inputs: [x], attrs: { act: 'gelu' } }
  }
  return undefined
}

/** x sigmoid(x), x sigmoid(1.702 x). */
function silu(s: Step, view: View): Rewriting {
  if (s.op.name !== 'Mul' || !float(s, view)) return undefined
  for (const i of [0, 1]) {
    const x = s.inputs[1 - i]!, sigmoid = view.from(s.inputs[i], 'Activate')
    if (sigmoid?.attrs['act'] !== 'sigmoid') continue
    if (sigmoid.inputs[0] === x) return { op: 'Activate', inputs: [x], attrs: { act: 'silu' } }
    const mul = view.from(sigmoid.inputs[0], 'Mul')
    if (mul?.inputs.includes(x) && mul.inputs.some(v => near(view.scalar(v), 1.702))) return { op: 'Activate', inputs: [x], attrs: { act: 'geluQuick' } }
  }
  return undefined
}

/** a gelu(b), a and b the halves of one tensor along its last axis. */
function geglu(s: Step, view: View): Rewriting {
  if (s.op.name !== 'Mul') return undefined
  for (const i of [0, 1]) {
    const act = view.from(s.inputs[i], 'Activate')
    if (act?.attrs['act'] !== 'gelu') continue
    const a = half(s.inputs[1 - i]!, view), b = half(act.inputs[0]!, view), n = view.shape(s.outputs[0]).at(-1)!
    if (a && b && a.of === b.of && a.first === 0 && b.first === n && n % 4 === 0 && view.shape(a.of).at(-1) === 2 * n) return { op: 'Geglu', inputs: [a.of] }
  }
  return undefined
}

/** Where a value is a piece of another along the last axis: of which, from where. */
function half(v: string, view: View): { of: string; first: number } | undefined {
  const split = view.from(v, 'Split'), slice = view.from(v, 'Slice')
  if (split) {
    const of = split.inputs[0]!, rank = view.shape(of).length, axis = Number(split.attrs['axis'])
    if ((axis + rank) % rank !== rank - 1) return undefined
    return { of, first: split.outputs.slice(0, split.outputs.indexOf(v)).reduce((n, o) => n + view.shape(o).at(-1)!, 0) }
  }
  if (!slice) return undefined
  const [of, starts, , axes, steps] = slice.inputs as [string, string, string, string?, string?], shape = view.shape(of), piece = view.shape(v)
  const axis = axes ? view.scalar(axes) : undefined, first = view.scalar(starts)
  if (axis === undefined || first === undefined || (axis + shape.length) % shape.length !== shape.length - 1 || (steps && view.scalar(steps) !== 1)) return undefined
  return piece.slice(0, -1).every((n, i) => n === shape[i]) ? { of, first: first < 0 ? first + shape.at(-1)! : first } : undefined
}
