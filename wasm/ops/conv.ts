import { type Tensor } from '../graph/value.js'
import { type Window, windowOf } from '../launches/window.js'
import { type Attrs, type Inputs, type Term, call, op } from './op.js'

const attrs = { auto_pad: 'NOTSET', strides: null, dilations: null, pads: null, kernel_shape: null, group: 1 }
type A = Omit<Attrs<typeof attrs>, 'strides' | 'dilations' | 'pads'> & { strides: readonly number[] | null; dilations: readonly number[] | null; pads: readonly number[] | null }
const windowFor = ([x, w]: Inputs, a: unknown): Window => windowOf(x!.shape.slice(2), w!.shape.slice(2), a as A)

/** Convolution of x [batch, c, ...] with filters [n, c / group, ...] and bias [n]. Two dimensions run on the channels-last kernels, one as two. */
export default op({
  name: 'Conv', since: 1, attrs,
  infer(inputs, a) {
    const [x, w, b] = inputs
    if (x!.shape.length !== w!.shape.length || w!.shape[1]! * a.group !== x!.shape[1]) throw new Error(`filters [${w!.shape}] in ${a.group} groups do not fit the input [${x!.shape}]`)
    if (!(a.group >= 1) || w!.shape[0]! % a.group) throw new Error(`${w!.shape[0]} filters do not fall into ${a.group} groups`)
    if (b && String(b.shape) !== String([w!.shape[0]])) throw new Error(`a bias [${b.shape}] does not fit ${w!.shape[0]} filters`)
    return [{ type: x!.type, shape: [x!.shape[0]!, w!.shape[0]!, ...windowFor(inputs, a).out] }]
  },
  means([x, w, b], a, facts) {
    const { strides, dilations, pads } = windowFor(facts, a), rank = strides.length
    if (rank === 1 && facts.every(f => !f || f.type === 'float32')) {
      const flat = call('Conv', [call('Unsqueeze', [x, axes([2])]), call('Unsqueeze', [w, axes([2])]), b], {
        strides: [1, ...strides], dilations: [1, ...dilations], pads: [0, pads[0]!, 0, pads[1]!], group: a.group,
      })
      return [call('Squeeze', [flat, axes([2])])]
    }
    if (rank === 3 && facts.every(f => !f || f.type === 'float32')) return [volume([x, w, b], facts, { strides, dilations, pads, group: a.group })]
    if (rank !== 2 || facts.some(f => f && f.type !== 'float32')) return [call('ConvScalar', [x, w, b], { strides, dilations, pads, group: a.group }, 'noisegraph')]
    const inner = call('Conv', [call('ToNhwc', [x], {}, 'noisegraph'), w, b], { strides, dilations, pads, group: a.group }, 'noisegraph')
    return [call('ToNchw', [inner], {}, 'noisegraph')]
  },
})

/** Three dimensions as sums over the filters' slices of two: pictures of a volume are those of a batch, shifted by a slice's place. */
function volume([x, w, b]: readonly (Term | undefined)[], [volumes, filters]: Inputs, { strides, dilations, pads, group }: { strides: readonly number[]; dilations: readonly number[]; pads: readonly number[]; group: number }): Term {
  const [batch, c, depth, h, width] = volumes!.shape as [number, number, number, number, number], [n, per, taps, kh, kw] = filters!.shape as [number, number, number, number, number]
  const rest = { strides: strides.slice(1), dilations: dilations.slice(1), pads: [...pads.slice(1, 3), ...pads.slice(4)], group }, whole = depth + pads[0]! + pads[3]!
  const { out } = windowOf([whole, h, width], [taps, kh, kw], { auto_pad: 'NOTSET', strides, dilations, pads: [0, ...pads.slice(1, 3), 0, ...pads.slice(4)] })
  const pictures = call('Transpose', [x], { perm: [0, 2, 1, 3, 4] })
  const padded = whole > depth ? call('Pad', [pictures, axes([0, pads[0]!, 0, 0, 0, 0, pads[3]!, 0, 0, 0])]) : pictures
  let sum: Term | undefined
  for (let t = 0; t < taps; t++) {
    const first = t * dilations[0]!, last = first + (out[0]! - 1) * strides[0]! + 1
    const shifted = call('Reshape', [call('Slice', [padded, axes([first]), axes([last]), axes([1]), axes([strides[0]!])]), axes([batch * out[0]!, c, h, width])])
    const slice = call('Reshape', [call('Slice', [w, axes([t]), axes([t + 1]), axes([2])]), axes([n, per, kh, kw])])
    const part = call('Conv', t ? [shifted, slice] : [shifted, slice, b], rest)
    sum = sum ? call('Add', [sum, part]) : part
  }
  return call('Transpose', [call('Reshape', [sum, axes([batch, out[0]!, n, out[1]!, out[2]!])])], { perm: [0, 2, 1, 3, 4] })
}

const axes = (values: number[]) => ({ constant: { type: 'int64', shape: [values.length], data: BigInt64Array.from(values.map(BigInt)) } satisfies Tensor })
