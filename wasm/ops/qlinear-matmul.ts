import { numbers, tensor } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { call, count, op } from './op.js'
import { integerProduct } from './families/integer-matmul.js'
import { quantise, scaleIndex } from './families/quantise.js'
import { wholeMatMul, wholeMatMulShape } from './families/whole-matmul.js'
import { isByte } from './families/whole.js'

export default op({
  name: 'QLinearMatMul', since: 10, attrs: {},
  infer: ([a, , , b, , , , yZero]) => [{ type: yZero!.type, shape: wholeMatMulShape(a!, b!) }],
  means([a, aScale, aZero, b, bScale, bZero, yScale, yZero], _attrs, facts) {
    const [p, pScale, pZero, q, qScale, qZero, , type] = facts
    // Scales of each row and of each batch are left to JavaScript, as is half precision.
    if (!isByte(type) || count(pScale!) > 1 || (count(qScale!) > 1 && qScale!.shape.length > 1) || facts.some(f => f!.type === 'float16' || f!.type === 'bfloat16')) return undefined
    const sum = wholeMatMul([a, b, aZero, bZero], [p, q, pZero, qZero])
    return sum && [call('Requantise', [sum, undefined, aScale, bScale, yScale, yZero], {}, 'noisegraph')]
  },
  compute(inputs) {
    const [a, aScale, aZero, b, bScale, bZero, yScale, yZero] = inputs as Tensor[], y = integerProduct(a!, b!, aZero, bZero), v = numbers(y)
    const p = numbers(aScale!), q = numbers(bScale!), row = scaleIndex(y.shape, aScale!.shape, y.shape.length - 2, 0), column = scaleIndex(y.shape, bScale!.shape, y.shape.length - 1, 0)
    const real = tensor('float64', y.shape, Float64Array.from({ length: v.length }, (_, i) => v[i]! * p[row(i)]! * q[column(i)]!))
    return [quantise(real, yScale!, yZero, yZero!.type, y.shape.length - 1, 0)]
  },
})
