import { int64 } from '../graph/numbers.js'
import { call, op } from './op.js'

export default op({
  name: 'GlobalAveragePool', since: 1, attrs: {},
  infer: ([x]) => [{ type: x!.type, shape: x!.shape.map((d, i) => i < 2 ? d : 1) }],
  means: ([x], _a, facts) => [call('ReduceMean', [x, { constant: int64(facts[0]!.shape.slice(2).map((_, i) => i + 2)) }], { noop_with_empty_axes: 1 })],
})
