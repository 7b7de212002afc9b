import { numbers, tensor } from '../graph/numbers.js'
import { axisOf } from '../graph/shape.js'
import { size, type Tensor } from '../graph/value.js'
import { op } from './op.js'

/** One at the first largest value along the axis (before opset 13: of everything from the axis on). */
function hardmax(t: Tensor, n: number, inner: number): Tensor {
  const v = numbers(t), out = new Float64Array(v.length)
  for (let o = 0; o < v.length / n / inner; o++) for (let i = 0; i < inner; i++) {
    let best = 0
    for (let k = 1; k < n; k++) if (v[(o * n + k) * inner + i]! > v[(o * n + best) * inner + i]!) best = k
    out[(o * n + best) * inner + i] = 1
  }
  return tensor(t.type, t.shape, out)
}
export default [
  op({ name: 'Hardmax', since: 1, attrs: { axis: 1 }, infer: ([x]) => [{ type: x!.type, shape: x!.shape }], compute: ([x], { axis }) => { const t = x as Tensor; return [hardmax(t, size(t.shape.slice(axisOf(axis, t.shape.length))), 1)] } }),
  op({ name: 'Hardmax', since: 13, attrs: { axis: -1 }, infer: ([x]) => [{ type: x!.type, shape: x!.shape }], compute: ([x], { axis }) => { const t = x as Tensor, a = axisOf(axis, t.shape.length); return [hardmax(t, t.shape[a]!, size(t.shape.slice(a + 1)))] } }),
]
