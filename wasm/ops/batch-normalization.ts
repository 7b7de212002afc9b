import { numbers, tensor } from '../graph/numbers.js'
import { size, type Tensor } from '../graph/value.js'
import { int64 } from '../graph/numbers.js'
import { call, op, scalar } from './op.js'

export default op({
  name: 'BatchNormalization', since: 7, attrs: { epsilon: 1e-5, momentum: 0.9, training_mode: 0, spatial: 1 },
  infer: ([x, , , mean, variance], _a, outputs) => [{ type: x!.type, shape: x!.shape }, { type: mean!.type, shape: mean!.shape }, { type: variance!.type, shape: variance!.shape }].slice(0, outputs),
  means([x, scale, shift, mean, variance], a, facts) {
    if (a.training_mode || facts.some(f => f!.type !== 'float32')) return undefined
    const column = facts[0]!.shape.map((_, i) => i === 1 ? -1 : 1).slice(1)
    const factor = call('Div', [scale, call('Sqrt', [call('Add', [variance, scalar(a.epsilon)])])]), shaped = (t: ReturnType<typeof call>): ReturnType<typeof call> => call('Reshape', [t, { constant: int64(column) }])
    return [call('Add', [call('Mul', [x, shaped(factor)]), shaped(call('Sub', [shift, call('Mul', [mean, factor])]))])]
  },
  compute([x, scale, shift, mean, variance], a) {
    const t = x as Tensor, c = t.shape[1] ?? 1, n = size(t.shape.slice(2)), v = numbers(t), [s, b] = [scale, shift].map(p => numbers(p as Tensor)) as [ArrayLike<number>, ArrayLike<number>]
    let m = numbers(mean as Tensor), q = numbers(variance as Tensor)
    const old = [m, q], batch = t.shape[0]!, count = batch * n
    const channel = (i: number): number => Math.floor(i / n) % c
    if (a.training_mode) {
      const sums = new Float64Array(c), squares = new Float64Array(c)
      for (let i = 0; i < v.length; i++) sums[channel(i)]! += v[i]! / count
      for (let i = 0; i < v.length; i++) squares[channel(i)]! += (v[i]! - sums[channel(i)]!) ** 2 / count
      m = sums
      q = squares
    }
    const y = tensor(t.type, t.shape, Float64Array.from({ length: v.length }, (_, i) => { const k = channel(i); return s[k]! * (v[i]! - m[k]!) / Math.sqrt(q[k]! + a.epsilon) + b[k]! }))
    const running = [m, q].map((now, i) => tensor((i ? variance as Tensor : mean as Tensor).type, [c], Float64Array.from({ length: c }, (_, k) => old[i]![k]! * a.momentum + now[k]! * (1 - a.momentum))))
    return [y, ...running]
  },
})
