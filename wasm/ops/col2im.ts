import { list, numbers, tensor } from '../graph/numbers.js'
import { computable, size, type Tensor } from '../graph/value.js'
import { op } from './op.js'
import { slide, windowOf } from './families/window.js'

/** Sums the columns of patches back to where they came from. */
export default op({
  name: 'Col2Im', since: 18, attrs: { dilations: [] as readonly number[], pads: [] as readonly number[], strides: [] as readonly number[] },
  values: [1, 2],
  infer: ([x, dims, block]) => [{ type: x!.type, shape: [x!.shape[0]!, x!.shape[1]! / size(list(block!.value)), ...list(dims!.value)] }],
  compute([x, dims, block], a) {
    const t = x as Tensor, space = list(dims as Tensor), kernel = list(block as Tensor), taps = size(kernel), [batch, rows, places] = t.shape as [number, number, number], c = rows / taps
    const w = windowOf(space, kernel, { ...a, auto_pad: 'NOTSET', kernel_shape: kernel }), v = numbers(t), area = size(space), out = new Float64Array(computable([batch, c, ...space]))
    slide(w, space, (o, at, tap, inside) => { for (let p = 0; p < batch * c; p++) for (let k = 0; k < inside; k++) out[p * area + at[k]!]! += v[(p * taps + tap[k]!) * places + o]! })
    return [tensor(t.type, [batch, c, ...space], out)]
  },
})
