import { numbers, tensor } from '../graph/numbers.js'
import { size, type Fact, type Tensor } from '../graph/value.js'
import { call, op, type Attrs, type Inputs, type Item, type Op } from './op.js'
import { normalised } from './families/norm.js'

const attrs = { epsilon: 1e-5, num_groups: 1, stash_type: 1 }
/** Until opset 20 scale and shift belong to groups, from 21 on to channels. */
function compute(x: Item, scale: Item, shift: Item, a: Attrs<typeof attrs>): Item[] {
  const t = x as Tensor, c = t.shape[1]!, plane = size(t.shape.slice(2)), { values } = normalised(t, c / a.num_groups * plane, a.epsilon), s = numbers(scale as Tensor), b = numbers(shift as Tensor)
  return [tensor(t.type, t.shape, values.map((v, i) => { const k = Math.floor(i / plane) % c, at = s.length === c ? k : Math.floor(k / (c / a.num_groups)); return v * s[at]! + b[at]! }))]
}
function infer([x, ...parameters]: Inputs, groups: number, perGroup: boolean): Fact[] {
  const c = x!.shape[1]!
  if (!(groups >= 1) || c % groups) throw new Error(`${c} channels do not fall into ${groups} groups`)
  for (const p of parameters) if (p!.shape.length !== 1 || (p!.shape[0] !== c && !(perGroup && p!.shape[0] === groups))) throw new Error(`scale and shift should be one value for each of ${c} channels, not [${p!.shape}]`)
  return [{ type: x!.type, shape: x!.shape }]
}
export default [
  op({ name: 'GroupNormalization', since: 18, attrs, infer: (inputs, a) => infer(inputs, a.num_groups, true), compute: ([x, s, b], a) => compute(x!, s!, b!, a) }),
  op({
    name: 'GroupNormalization', since: 21, attrs, infer: (inputs, a) => infer(inputs, a.num_groups, false), compute: ([x, s, b], a) => compute(x!, s!, b!, a),
    means: (inputs, a, facts) => facts.every(f => f!.type === 'float32') ? [call('GroupNormNchw', inputs, { groups: a.num_groups, epsilon: a.epsilon }, 'noisegraph')] : undefined,
  }),
] satisfies Op[]
