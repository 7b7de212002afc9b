import { float } from '../launches/gemm.js'
import { type Linear, linear, linearWorkspace } from '../launches/linear.js'
import { type Attrs, type Inputs, type Term, call, op, scalar } from './op.js'

const attrs = { alpha: 1, beta: 1, transA: 0, transB: 0 }
function extents([a, b]: Inputs, t: Attrs<typeof attrs>): Linear {
  const [rows, k] = t.transA ? [a!.shape[1]!, a!.shape[0]!] : [a!.shape[0]!, a!.shape[1]!], [depth, n] = t.transB ? [b!.shape[1]!, b!.shape[0]!] : [b!.shape[0]!, b!.shape[1]!]
  if (a!.shape.length !== 2 || b!.shape.length !== 2 || depth !== k) throw new Error(`the shapes [${a!.shape}] and [${b!.shape}] cannot be multiplied`)
  return { rows, k, n, transposed: t.transB === 1 }
}
/** A bias that is a row of n values, as the kernel adds it. */
const isRow = (c: Inputs[0], n: number): boolean => !c || (c.shape[c.shape.length - 1] === n && c.shape.reduce((p, q) => p * q, 1) === n)

/** y = alpha a' b' + beta c, the primes transposing on request. */
export default op({
  name: 'Gemm', since: 1, attrs,
  infer: (inputs, t) => {
    const { rows, n } = extents(inputs, t)
    return [{ ...float([rows, n]), type: inputs[0]!.type }]
  },
  kernels: (inputs, _out, t) => t.alpha === 1 && (t.beta === 1 || !inputs[2]) && !t.transA && inputs.every(f => !f || f.type === 'float32') && isRow(inputs[2], extents(inputs, t).n),
  packs: (_inputs, { transB }) => ({ 1: { op: 'PackPanels', attrs: { transposed: transB } } }),
  workspace: (inputs, _out, t) => linearWorkspace(extents(inputs, t), inputs[1]!),
  launch: (io, t) => linear(extents(io.in, t), io, { bias: io.in[2] }),
  means([a, b, c], t, facts) {
    const turned = (x: Term, on: number): Term => on ? call('Transpose', [x], { perm: [1, 0] }) : x
    const scaled = (x: Term, by: number): Term => by === 1 ? x : call('Mul', [x, scalar(by, facts[0]!.type)])
    const y = scaled(call('MatMul', [turned(a!, t.transA), turned(b!, t.transB)]), t.alpha)
    return [c ? call('Add', [y, scaled(c, t.beta)]) : y]
  },
})
