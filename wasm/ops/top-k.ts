import { int64, isBig, list, numbers } from '../graph/numbers.js'
import { axisOf } from '../graph/shape.js'
import { allocate, size, type Tensor } from '../graph/value.js'
import { op, type Op } from './op.js'

function topK(t: Tensor, k: number, axis: number, largest: number): [Tensor, Tensor] {
  const a = axisOf(axis, t.shape.length), n = t.shape[a]!, inner = size(t.shape.slice(a + 1)), outer = size(t.shape.slice(0, a)), shape = t.shape.map((d, i) => i === a ? k : d)
  if (k > n) throw new Error(`${k} of ${n} are asked for`)
  const v = (isBig(t.type) ? t.data : numbers(t)) as ArrayLike<number>, data = allocate(t.type, size(shape)) as Float64Array, where = new Float64Array(data.length)
  for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) {
    const at = (j: number): number => v[(o * n + j) * inner + i]!
    const order = Array.from({ length: n }, (_, j) => j).sort((p, q) => at(p) === at(q) ? p - q : (at(p) > at(q)) === (largest !== 0) ? -1 : 1)
    for (let r = 0; r < k; r++) { const to = (o * k + r) * inner + i; where[to] = order[r]!; data[to] = (t.data as Float64Array)[(o * n + order[r]!) * inner + i]! }
  }
  return [{ type: t.type, shape, data }, int64(where, shape)]
}
const infer = (x: { type: Tensor['type']; shape: readonly number[] }, k: number, axis: number): { type: Tensor['type']; shape: readonly number[] }[] => { const shape = x.shape.map((d, i) => i === axisOf(axis, x.shape.length) ? k : d); return [{ type: x.type, shape }, { type: 'int64', shape }] }
export default [
  op({ name: 'TopK', since: 1, attrs: { axis: -1, k: 1 }, infer: ([x], { k, axis }) => infer(x!, k, axis), compute: ([x], { k, axis }) => topK(x as Tensor, k, axis, 1) }),
  op({ name: 'TopK', since: 10, attrs: { axis: -1, largest: 1, sorted: 1 }, values: [1], infer: ([x, k], { axis }) => infer(x!, list(k!.value)[0]!, axis), compute: ([x, k], { axis, largest }) => topK(x as Tensor, list(k as Tensor)[0]!, axis, largest) }),
] satisfies Op[]
