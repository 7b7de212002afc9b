import { numbers, tensor } from '../graph/numbers.js'
import { type Fact, type Tensor } from '../graph/value.js'
import { op } from './op.js'

const length = (start: number, limit: number, delta: number): number => Math.max(0, Math.ceil((limit - start) / delta))
const of = (t: Tensor | undefined): number => numbers(t!)[0]!

export default op({
  name: 'Range', since: 11, attrs: {}, values: [0, 1, 2],
  infer: (inputs) => { const [s, l, d] = inputs.map(f => of((f as Fact).value)) as [number, number, number]; return [{ type: inputs[0]!.type, shape: [length(s, l, d)] }] },
  compute(inputs) {
    const [s, l, d] = inputs.map(t => of(t as Tensor)) as [number, number, number], n = length(s, l, d)
    return [tensor((inputs[0] as Tensor).type, [n], Float64Array.from({ length: n }, (_, i) => s + i * d))]
  },
})
