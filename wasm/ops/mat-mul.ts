import { type Tensor } from '../graph/value.js'
import { batchIndices, broadcastBatches } from '../launches/batches.js'
import { after, gemm, packPanels, panelBytes } from '../launches/gemm.js'
import { linear, linearWorkspace } from '../launches/linear.js'
import { products } from './families/matmul.js'
import { type Inputs, op } from './op.js'

const product = (d: readonly number[]): number => d.reduce((p, q) => p * q, 1)

/** Extents of a product: vectors count as a row on the left and a column on the right. */
function extents([x, y]: Inputs) {
  const a = x!.shape.length === 1 ? [1, ...x!.shape] : x!.shape, b = y!.shape.length === 1 ? [...y!.shape, 1] : y!.shape
  const batches = broadcastBatches(a.slice(0, -2), b.slice(0, -2)), [m, k] = a.slice(-2) as [number, number], [rows, n] = b.slice(-2) as [number, number]
  if (!a.length || !b.length || !batches || rows !== k) throw new Error(`the shapes [${x!.shape}] and [${y!.shape}] cannot be multiplied`)
  const shape = [...batches, ...x!.shape.length > 1 ? [m] : [], ...y!.shape.length > 1 ? [n] : []]
  return { a: a.slice(0, -2), b: b.slice(0, -2), batches, batch: product(batches), m, k, n, shape }
}

/** y = a b over the last two dimensions, the leading ones broadcast. */
export default op({
  name: 'MatMul', since: 1, attrs: {},
  infer: inputs => [{ type: inputs[0]!.type, shape: extents(inputs).shape }],
  kernels: ([x, y]) => x!.type === 'float32' && y!.type === 'float32',
  packs: ([, y]): Record<number, { op: string }> => y!.shape.length === 2 ? { 1: { op: 'PackPanels' } } : {},
  workspace(inputs) {
    const e = extents(inputs)
    return product(e.b) === 1 ? linearWorkspace({ rows: 1, k: e.k, n: e.n, transposed: false }, inputs[1]!) : panelBytes(e.k, e.n, product(e.b))
  },
  launch(io) {
    const e = extents(io.in), [x, y] = io.in, c = io.out[0]!
    if (product(e.b) === 1) return linear({ rows: product(e.a) * e.m, k: e.k, n: e.n, transposed: false }, io, {})
    const pack = packPanels(y!, after(io.scratch, 0), e.k, e.n, false, product(e.b)), panels = panelBytes(e.k, e.n), mk = e.m * e.k * 4, mn = e.m * e.n * 4
    const each = { lda: e.k * 4, m: e.m, n: e.n, k: e.k }
    if (product(e.b) === e.batch && (product(e.a) === e.batch || product(e.a) === 1))
      return [pack, gemm({ ...each, a: x!, aBatch: product(e.a) === 1 ? 0 : mk, b: after(io.scratch, 0), bBatch: panels, c, batch: e.batch })]
    const a = batchIndices(e.a, e.batches), b = batchIndices(e.b, e.batches)
    return [pack, ...a.map((at, i) => gemm({ ...each, a: after(x!, at * mk), b: after(io.scratch, b[i]! * panels), c: after(c, i * mn) }))]
  },
  compute(items) {
    const [x, y] = items as [Tensor, Tensor], e = extents([x, y])
    return [products(x, y, e.shape, batchIndices(e.a, e.batches), batchIndices(e.b, e.batches), e.m, e.k, e.n)]
  },
})
