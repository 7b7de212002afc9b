import { activation } from '../launches/activation.js'
import { type Method, conv, convWorkspace, methodOf, shapeOf } from '../launches/conv.js'
import { after, float } from '../launches/gemm.js'
import { packPlan } from '../launches/pack-filter.js'
import { type Attrs, type Inputs, count, op } from './op.js'

/** `winograd`: the largest tile of output that may be transformed at once, 4 or 2; 0 keeps to direct convolution. `act` is none or relu. */
const attrs = { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], group: 1, act: 'none', winograd: 4 }

const method = (inputs: Inputs, a: Attrs<typeof attrs>): Method => methodOf(shapeOf(inputs, a), a.winograd)

/** Convolution of x [batch, h, w, c] with filters [n, c / group, kh, kw], bias [n] or one for each picture [batch, ..., n], and a residual [batch, oh, ow, n] to add. */
export default op({
  name: 'Conv', domain: 'noisegraph', since: 1, attrs,
  infer(inputs, a) {
    const s = shapeOf(inputs, a)
    return [float([s.batch, s.oh, s.ow, s.n])]
  },
  kernels: inputs => inputs.every(f => !f || f.type === 'float32'),
  packs: (inputs, a) => ({ 1: { op: 'PackFilter', attrs: { method: method(inputs, a), group: a.group } } }),
  workspace: (inputs, _out, a) => convWorkspace(shapeOf(inputs, a), method(inputs, a)) + (inputs[1]!.layout ? 0 : packPlan(method(inputs, a), inputs[1]!.shape, a.group).bytes + 64),
  launch(io, a) {
    const [x, w, bias, residual] = io.in, s = shapeOf(io.in, a), m = method(io.in, a), act = activation(a.act)
    const operands = { x: x!, y: io.out[0]!, bias, biasBatch: bias && count(bias) > s.n ? s.n * 4 : 0, residual, act }
    if (w!.layout) return conv(s, m, { ...operands, b: w!, held: w!.held }, io.scratch)
    const b = after(io.scratch, Math.ceil(convWorkspace(s, m) / 64) * 64)
    return [...packPlan(m, w!.shape, a.group).launch(w!, b), ...conv(s, m, { ...operands, b, held: undefined }, io.scratch)]
  },
})
