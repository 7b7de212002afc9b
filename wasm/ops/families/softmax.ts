import { numbers, tensor, int64 } from '../../graph/numbers.js'
import { axisOf } from '../../graph/shape.js'
import { size, type Tensor } from '../../graph/value.js'
import { call, op, u32, type Op } from '../op.js'

function softmaxed(x: Tensor, axis: number, finish: (e: number, v: number, sum: number) => number): Tensor {
  const a = axisOf(axis, x.shape.length), n = x.shape[a] ?? 1, inner = size(x.shape.slice(a + 1)), v = numbers(x), out = new Float64Array(v.length)
  for (let o = 0; o < size(x.shape.slice(0, a)); o++) for (let i = 0; i < inner; i++) {
    const at = (k: number): number => (o * n + k) * inner + i
    let most = -Infinity, sum = 0
    for (let k = 0; k < n; k++) most = Math.max(most, v[at(k)]!)
    for (let k = 0; k < n; k++) sum += Math.exp(v[at(k)]! - most)
    for (let k = 0; k < n; k++) { const d = v[at(k)]! - most; out[at(k)] = finish(Math.exp(d), d, sum) }
  }
  return tensor(x.type, x.shape, out)
}

/** Softmax and LogSoftmax: along one axis from opset 13 on; before, over everything from the axis on. */
export function softmaxes(name: string, log: number, finish: (e: number, v: number, sum: number) => number): Op[] {
  return [
    op({
      name, since: 1, attrs: { axis: 1 }, infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
      means([x], { axis }, facts) {
        const shape = facts[0]!.shape, a = axisOf(axis, shape.length)
        const rows = call('Reshape', [x, { constant: int64([size(shape.slice(0, a)), size(shape.slice(a))]) }], { allowzero: 1 })
        return [call('Reshape', [call(name, [rows], { axis: -1 }), { constant: int64(shape) }], { allowzero: 1 })]
      },
      compute: ([x], { axis }) => { const t = x as Tensor, a = axisOf(axis, t.shape.length); return [{ ...softmaxed({ ...t, shape: [size(t.shape.slice(0, a)), size(t.shape.slice(a))] }, 1, finish), shape: t.shape }] },
    }),
    op({
      name, since: 13, attrs: { axis: -1 }, inPlace: [0], infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
      kernels: ([x], _y, { axis }) => x!.type === 'float32' && !x!.layout && axisOf(axis, x!.shape.length) === x!.shape.length - 1,
      // Another axis is brought to the end and back.
      means([x], { axis }, [fact]) {
        if (fact!.type !== 'float32') return undefined
        const rank = fact!.shape.length, a = axisOf(axis, rank), perm = Array.from({ length: rank }, (_, i) => i === a ? rank - 1 : i === rank - 1 ? a : i)
        return [call('Transpose', [call(name, [call('Transpose', [x], { perm })], { axis: -1 })], { perm })]
      },
      launch: ({ in: [x], out: [y] }) => [{ kernel: 'f32_softmax', args: [x!, y!, u32(x!.shape.at(-1)!), u32(log)], tiles: size(x!.shape.slice(0, -1)) * (x!.shape.at(-1)! > 0 ? 1 : 0) }],
      compute: ([x], { axis }) => [softmaxed(x as Tensor, axis, finish)],
    }),
  ]
}
