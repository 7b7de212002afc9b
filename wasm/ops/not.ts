import { type Tensor } from '../graph/value.js'
import { mapped } from './families/elementwise.js'
import { call, op } from './op.js'

export default op({
  name: 'Not', since: 1, attrs: {}, infer: ([x]) => [{ type: 'bool', shape: x!.shape }],
  means: ([x]) => [call('Xor', [x, { constant: { type: 'bool', shape: [], data: Uint8Array.of(1) } }])],
  compute: ([x]) => [mapped(x as Tensor, 'bool', v => v ? 0 : 1)],
})
