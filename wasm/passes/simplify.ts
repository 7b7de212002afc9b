import { type Draft, type Step } from './draft.js'
import { type Rewriting, type View, rewrite } from './rewrite.js'

const same = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((n, i) => n === b[i])

/** Steps that change nothing: copies, casts to the same type, products with 1, sums with 0, reshapes and transpositions to what is there. */
export const simplify = (draft: Draft): Draft => rewrite(draft, [nothing])

function nothing(s: Step, view: View): Rewriting {
  const [x, y] = s.inputs as [string, string | undefined], f = view.facts.get(x), to = view.facts.get(s.outputs[0]!)
  if (!f || !to || f.type !== to.type || s.outputs.length !== 1) return undefined
  const keeps = same(f.shape, to.shape)
  switch (s.op.name) {
    case 'Identity': case 'Cast': case 'Dropout': case 'Reshape': case 'Flatten': case 'Squeeze': case 'Unsqueeze': case 'Expand':
      return keeps ? { alias: x } : undefined
    case 'Transpose': return keeps && (s.attrs['perm'] as readonly number[] | null)?.every((p, i) => p === i) ? { alias: x } : undefined
    case 'Mul': return keeps && view.scalar(y) === 1 ? { alias: x } : view.scalar(x) === 1 && same(view.shape(y), to.shape) ? { alias: y! } : undefined
    case 'Div': return keeps && view.scalar(y) === 1 ? { alias: x } : undefined
    case 'Add': return keeps && view.scalar(y) === 0 ? { alias: x } : undefined
    case 'Sub': return keeps && view.scalar(y) === 0 ? { alias: x } : undefined
  }
  return undefined
}
