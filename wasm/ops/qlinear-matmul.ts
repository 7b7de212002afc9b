import { numbers, tensor } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { op } from './op.js'
import { integerProduct } from './families/integer-matmul.js'
import { quantise, scaleIndex } from './families/quantise.js'

export default op({
  name: 'QLinearMatMul', since: 10, attrs: {},
  compute(inputs) {
    const [a, aScale, aZero, b, bScale, bZero, yScale, yZero] = inputs as Tensor[], y = integerProduct(a!, b!, aZero, bZero), v = numbers(y)
    const p = numbers(aScale!), q = numbers(bScale!), row = scaleIndex(y.shape, aScale!.shape, y.shape.length - 2, 0), column = scaleIndex(y.shape, bScale!.shape, y.shape.length - 1, 0)
    const real = tensor('float64', y.shape, Float64Array.from({ length: v.length }, (_, i) => v[i]! * p[row(i)]! * q[column(i)]!))
    return [quantise(real, yScale!, yZero, yZero!.type, y.shape.length - 1, 0)]
  },
})
