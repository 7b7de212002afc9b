import { list } from '../graph/numbers.js'
import { allocate, size, type Tensor } from '../graph/value.js'
import { op } from './op.js'

export default op({
  name: 'ConstantOfShape', since: 9, attrs: { value: null as Tensor | null }, values: [0],
  infer: ([shape], { value }) => [{ type: value?.type ?? 'float32', shape: list(shape!.value) }],
  compute([s], { value }) {
    const shape = list(s as Tensor), type = value?.type ?? 'float32', data = allocate(type, size(shape))
    if (value) data.fill(value.data[0] as never)
    return [{ type, shape, data }]
  },
})
