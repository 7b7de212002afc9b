import { int64 } from '../graph/numbers.js'
import { call, op, scalar, type Term } from './op.js'

export default op({
  name: 'MeanVarianceNormalization', since: 9, attrs: { axes: [0, 2, 3] as readonly number[] },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  means([x], { axes }) {
    const mean = (t: Term): Term => call('ReduceMean', [t, { constant: int64(axes) }]), centred = call('Sub', [x, mean(x!)]), like = (v: number): Term => call('CastLike', [scalar(v), x])
    return [call('Div', [centred, call('Add', [call('Sqrt', [mean(call('Mul', [centred, centred]))]), like(1e-9)])])]
  },
})
