import { int64 } from '../graph/numbers.js'
import { call, op, pick } from './op.js'

/** With h = x + bias in two halves a and b along the last axis: a gelu(b). */
export default op({
  name: 'BiasSplitGelu', domain: 'com.microsoft', since: 1, attrs: {},
  infer: ([x]) => [{ type: x!.type, shape: [...x!.shape.slice(0, -1), x!.shape.at(-1)! / 2] }],
  means([x, bias], _a, facts) {
    const half = facts[0]!.shape.at(-1)! / 2, halves = { op: 'Split', args: [call('Add', [x, bias]), { constant: int64([half, half]) }], attrs: { axis: -1 }, outputs: 2 }
    return [call('Mul', [pick(halves, 0), call('Gelu', [pick(halves, 1)])])]
  },
})
