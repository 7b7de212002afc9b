import { type Tensor, size } from '../graph/value.js'
import { type Draft, type Step } from './draft.js'
import { type Rewriting, type View, rewrite } from './rewrite.js'

/** Softmax between two products becomes one operator that never holds the whole matrix; heads are read where they lie, so that the transpositions around them go. */
export const fuseAttention = (draft: Draft): Draft => rewrite(rewrite(draft, [zeroSum]), [attention])

/** A product plus zeros. */
function zeroSum(s: Step, view: View): Rewriting {
  if (s.op.name !== 'Add') return undefined
  const out = view.shape(s.outputs[0]).join()
  for (const i of [0, 1]) {
    const v = s.inputs[i]!, product = view.from(v, 'MatMul', 'Mul', 'Div')
    if (product && view.shape(v).join() === out && isZero(s.inputs[1 - i], view)) return { alias: v }
  }
  return undefined
}

/** Zeros: a constant of them, or made of them (exporters multiply an empty tensor by 0 to add it to a product). */
function isZero(v: string | undefined, view: View): boolean {
  const f = v === undefined ? undefined : view.facts.get(v), fill = view.from(v, 'ConstantOfShape'), product = view.from(v, 'Mul')
  if (fill) return Number((fill.attrs['value'] as Tensor | null)?.data[0] ?? 0) === 0
  if (product) return product.inputs.some(u => view.scalar(u) === 0 || isZero(u, view))
  return f?.type === 'float32' && f.value !== undefined && size(f.shape) <= 1 << 22 && (f.value.data as Float32Array).every(x => x === 0)
}

/** Heads behind a value: the tensor [batch, length, heads * size] that they are cut from, whether the last two axes are exchanged, and what it was multiplied by. */
interface Heads { readonly of: string; readonly heads: number; readonly turned: boolean; readonly scale: number }

function headsOf(v: string, view: View): Heads | undefined {
  let turned = false, scale = 1
  for (let at = v; ;) {
    const shape = view.shape(at), scaled = view.from(at, 'Mul', 'Div'), reshape = view.from(at, 'Reshape'), transpose = view.from(at, 'Transpose')
    if (scaled) {
      const i = scaled.inputs.findIndex(u => view.scalar(u) !== undefined)
      if (i < 0 || (scaled.op.name === 'Div' && i === 0)) return undefined
      const k = view.scalar(scaled.inputs[i])!
      scale *= scaled.op.name === 'Div' ? 1 / k : k
      at = scaled.inputs[1 - i]!
    } else if (transpose) {
      const perm = (transpose.attrs['perm'] as readonly number[] | null)?.join('')
      if (perm === '021' || perm === '0132') { turned = !turned; at = transpose.inputs[0]! } else if (perm === '0213' || perm === '0231') {
        const cut = view.from(transpose.inputs[0], 'Reshape'), [batch, length, heads, size] = view.shape(transpose.inputs[0]) as [number, number, number, number]
        const of = cut?.inputs[0]
        if (of === undefined || view.shape(of).join() !== [batch, length, heads * size].join()) return undefined
        return { of, heads, turned: turned !== (perm === '0231'), scale }
      } else return undefined
    } else if (reshape && shape.length === 3 && view.shape(reshape.inputs[0]).length === 4) {
      const [b, h, m, n] = view.shape(reshape.inputs[0])
      if (shape.join() !== [b! * h!, m, n].join()) return undefined
      at = reshape.inputs[0]!
    } else return shape.length === 3 ? { of: at, heads: 1, turned, scale } : undefined
  }
}

/** Scores = product, scaled, with a mask added. */
function scoresOf(v: string, view: View): { product: Step; scale: number; mask?: string } | undefined {
  const product = view.from(v, 'MatMul'), scaled = view.from(v, 'Mul', 'Div'), add = view.from(v, 'Add')
  if (product) return { product, scale: 1 }
  if (scaled) {
    const i = scaled.inputs.findIndex(u => view.scalar(u) !== undefined), inner = i >= 0 ? view.from(scaled.inputs[1 - i], 'MatMul') : undefined
    if (!inner || (scaled.op.name === 'Div' && i === 0)) return undefined
    const k = view.scalar(scaled.inputs[i])!
    return { product: inner, scale: scaled.op.name === 'Div' ? 1 / k : k }
  }
  if (!add) return undefined
  for (const i of [0, 1]) {
    const inner = view.from(add.inputs[i], 'MatMul', 'Mul', 'Div') && scoresOf(add.inputs[i]!, view), mask = add.inputs[1 - i]!
    const shape = view.shape(mask), full = view.shape(v)
    if (inner && !inner.mask && view.facts.get(mask)?.type === 'float32' && shape.at(-1) === full.at(-1) && shape.length <= 4) return { ...inner, mask }
  }
  return undefined
}

/** [batch, length, heads * size] made of the heads of the product: a transposition and a reshape, in one of the exporters' two ways. */
function attention(s: Step, view: View): Rewriting {
  const out = view.shape(s.outputs[0]), product = s.op.name === 'Reshape' ? turnedProduct(s, view) : s.op.name === 'MatMul' && out.length === 3 ? s : undefined
  const softmax = view.from(product?.inputs[0], 'Softmax')
  if (!product || !softmax || product.op.name !== 'MatMul' || view.facts.get(s.outputs[0]!)?.type !== 'float32') return undefined
  const rank = view.shape(softmax.outputs[0]).length, axis = Number(softmax.attrs['axis'])
  const scores = (axis + rank) % rank === rank - 1 ? scoresOf(softmax.inputs[0]!, view) : undefined
  if (!scores) return undefined
  const q = headsOf(scores.product.inputs[0]!, view), k = headsOf(scores.product.inputs[1]!, view), v = headsOf(product.inputs[1]!, view)
  if (!q || !k || !v || q.turned || !k.turned || v.turned || v.scale !== 1 || q.heads !== k.heads || q.heads !== v.heads) return undefined
  const size = view.shape(q.of)[2]! / q.heads, valueSize = view.shape(v.of)[2]! / v.heads
  if (valueSize > 512 || size > 512 || view.shape(q.of)[0] !== out[0] || view.shape(k.of)[0] !== out[0] || view.shape(v.of)[0] !== out[0] || out[2] !== v.heads * valueSize) return undefined
  // Single-headed values must be what the product saw, not heads that were merged into the batch.
  if (q.heads === 1 && product === s && rank !== 3) return undefined
  // Among scores of three dimensions a mask's first is the batch, which the operator would take for heads.
  if (scores.mask && rank === 3 && (q.heads > 1 || view.shape(scores.mask).length > 3 || (view.shape(scores.mask).length === 3 && view.shape(scores.mask)[0] !== 1))) return undefined
  return { op: 'Attend', inputs: [q.of, k.of, v.of, ...scores.mask ? [scores.mask] : []], attrs: { heads: q.heads, kvHeads: q.heads, scale: scores.scale * q.scale * k.scale } }
}

/** The product behind Reshape(Transpose([0, 2, 1, 3])), with the heads taken out of the batch on the way where they were in it. */
function turnedProduct(s: Step, view: View): Step | undefined {
  const transpose = view.from(s.inputs[0], 'Transpose')
  if (!transpose || (transpose.attrs['perm'] as readonly number[] | null)?.join('') !== '0213') return undefined
  const [batch, length, heads, size] = view.shape(transpose.outputs[0])
  if (view.shape(s.outputs[0]).join() !== [batch, length, heads! * size!].join()) return undefined
  const split = view.from(transpose.inputs[0], 'Reshape')
  return view.from(split ? split.inputs[0] : transpose.inputs[0], 'MatMul')
}
