import { list } from '../graph/numbers.js'
import { axisOf } from '../graph/shape.js'
import { type Tensor } from '../graph/value.js'
import { op } from './op.js'
import { dropAxis, slice } from './families/stack.js'

export default op({
  name: 'SplitToSequence', since: 11, attrs: { axis: 0, keepdims: 1 },
  compute([x, split], { axis, keepdims }) {
    const t = x as Tensor, a = axisOf(axis, t.shape.length), n = t.shape[a]!, s = split as Tensor | undefined, each = s && s.shape.length === 0 ? list(s)[0]! : 1
    const parts = s && s.shape.length ? list(s) : Array.from({ length: Math.ceil(n / each) }, (_, i) => Math.min(each, n - i * each))
    let at = 0
    const items = parts.map(p => { const piece = slice(t, a, at, p); at += p; return !split && !keepdims ? dropAxis(piece, a) : piece })
    return [{ type: 'sequence', items }]
  },
})
