import { numbers, tensor } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { op } from './op.js'
import { integerProduct } from './families/integer-matmul.js'

export default op({
  name: 'MatMulInteger', since: 10, attrs: {},
  compute: ([a, b, aZero, bZero]) => { const y = integerProduct(a as Tensor, b as Tensor, aZero as Tensor | undefined, bZero as Tensor | undefined); return [tensor('int32', y.shape, numbers(y))] },
})
