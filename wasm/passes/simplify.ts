import { type Tensor, size } from '../graph/value.js'
import { type Draft, type Step } from './draft.js'
import { type Rewriting, type View, rewrite } from './rewrite.js'

const same = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((n, i) => n === b[i])

/** Steps that change nothing: copies, casts to the same type, products with 1, sums with 0, reshapes and transpositions to what is there. */
export const simplify = (draft: Draft): Draft => rewrite(draft, [nothing])

/** Zeros: a constant of them, or made of them (exporters multiply an empty tensor by 0 to add it to a product). */
function isZero(v: string | undefined, view: View): boolean {
  const f = v === undefined ? undefined : view.facts.get(v), fill = view.from(v, 'ConstantOfShape'), product = view.from(v, 'Mul')
  if (fill) return Number((fill.attrs['value'] as Tensor | null)?.data[0] ?? 0) === 0
  if (product) return product.inputs.some(u => view.scalar(u) === 0 || isZero(u, view))
  return f?.type === 'float32' && f.value !== undefined && size(f.shape) <= 1 << 22 && (f.value.data as Float32Array).every(x => x === 0)
}

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
    case 'Add': return keeps && isZero(y, view) ? { alias: x } : same(view.shape(y), to.shape) && isZero(x, view) ? { alias: y! } : undefined
    case 'Sub': return keeps && view.scalar(y) === 0 ? { alias: x } : undefined
  }
  return undefined
}
