import { type Tensor } from '../graph/value.js'
import { op } from './op.js'
import { itemsOf } from './families/sequence.js'
import { concat, stack } from './families/stack.js'

export default op({
  name: 'ConcatFromSequence', since: 11, attrs: { axis: 0, new_axis: 0 },
  compute: ([sequence], { axis, new_axis: fresh }) => [(fresh ? stack : concat)(itemsOf(sequence) as Tensor[], axis)],
})
