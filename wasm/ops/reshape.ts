import { list } from '../graph/numbers.js'
import { size } from '../graph/value.js'
import { view } from './families/view.js'

export default view({
  name: 'Reshape', since: 5, attrs: { allowzero: 0 }, values: [1],
  shape([x, wanted], { allowzero }) {
    const given = list(wanted!.value), shape = given.map((d, i) => d === 0 && !allowzero ? x!.shape[i] ?? 0 : d)
    const free = shape.indexOf(-1), rest = shape.reduce((a, d, i) => i === free ? a : a * d, 1)
    if (free >= 0) shape[free] = rest === 0 ? 0 : size(x!.shape) / rest
    if (shape.some(d => !Number.isInteger(d) || d < 0) || size(shape) !== size(x!.shape)) throw new Error(`${size(x!.shape)} elements do not fit the shape [${given}]`)
    return shape
  },
})
