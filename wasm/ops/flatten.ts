import { size } from '../graph/value.js'
import { view } from './families/view.js'

export default view({
  name: 'Flatten', since: 1, attrs: { axis: 1 },
  shape([x], { axis }) { const a = axis < 0 ? axis + x!.shape.length : axis; return [size(x!.shape.slice(0, a)), size(x!.shape.slice(a))] },
})
