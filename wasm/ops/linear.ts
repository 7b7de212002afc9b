import { activation } from '../launches/activation.js'
import { float } from '../launches/gemm.js'
import { type Linear, linear, linearWorkspace } from '../launches/linear.js'
import { type Attrs, type Inputs, op } from './op.js'

const attrs = { transposed: 0, act: 'none' }
function shapeOf([x, w]: Inputs, a: Attrs<typeof attrs>): Linear {
  const [k, n] = a.transposed ? [w!.shape[1]!, w!.shape[0]!] : [w!.shape[0]!, w!.shape[1]!]
  return { rows: x!.shape.slice(0, -1).reduce((p, q) => p * q, 1), k, n, transposed: a.transposed === 1 }
}

/** act(x w + bias + residual): x [..., k], w [k, n] (or [n, k], transposed), bias [n], residual [..., n]. */
export default op({
  name: 'Linear', domain: 'noisegraph', since: 1, attrs,
  infer: (inputs, a) => [float([...inputs[0]!.shape.slice(0, -1), shapeOf(inputs, a).n])],
  kernels: inputs => inputs.every(f => !f || f.type === 'float32'),
  packs: (_inputs, { transposed }) => ({ 1: { op: 'PackPanels', attrs: { transposed } } }),
  workspace: (inputs, _out, a) => linearWorkspace(shapeOf(inputs, a), inputs[1]!),
  launch: (io, a) => linear(shapeOf(io.in, a), io, { bias: io.in[2], residual: io.in[3], act: activation(a.act) }),
})
