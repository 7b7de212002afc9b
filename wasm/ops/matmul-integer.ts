import { numbers, tensor } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { op } from './op.js'
import { integerProduct } from './families/integer-matmul.js'
import { wholeMatMul, wholeMatMulShape } from './families/whole-matmul.js'

export default op({
  name: 'MatMulInteger', since: 10, attrs: {},
  infer: ([a, b]) => [{ type: 'int32', shape: wholeMatMulShape(a!, b!) }],
  means(inputs, _attrs, facts) { const product = wholeMatMul(inputs, facts); return product && [product] },
  compute: ([a, b, aZero, bZero]) => { const y = integerProduct(a as Tensor, b as Tensor, aZero as Tensor | undefined, bZero as Tensor | undefined); return [tensor('int32', y.shape, numbers(y))] },
})
