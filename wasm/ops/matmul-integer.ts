import { numbers, tensor } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { broadcastBatches } from '../launches/batches.js'
import { call, op } from './op.js'
import { integerProduct } from './families/integer-matmul.js'
import { centredTerm, isByte, wholeProduct } from './families/whole.js'

export default op({
  name: 'MatMulInteger', since: 10, attrs: {},
  infer([a, b]) {
    const batches = broadcastBatches(a!.shape.slice(0, -2), b!.shape.slice(0, -2))
    if (!batches || a!.shape.length < 2 || b!.shape.length < 2 || a!.shape.at(-1) !== b!.shape.at(-2)) throw new Error(`the shapes [${a!.shape}] and [${b!.shape}] cannot be multiplied`)
    return [{ type: 'int32', shape: [...batches, a!.shape.at(-2)!, b!.shape.at(-1)!] }]
  },
  means([a, b, aZero, bZero], _attrs, [x, y, xZero, yZero]) {
    // Zero points of each row and batch are left to JavaScript.
    if (!isByte(x) || !isByte(y) || (xZero && xZero.shape.length > 1) || (yZero && yZero.shape.length > 1)) return undefined
    const k = x!.shape.at(-1)!, rows = xZero?.shape.length === 1 && xZero.shape[0]! > 1
    const product = wholeProduct(centredTerm(a!, aZero, rows ? [xZero.shape[0]!, 1] : undefined), centredTerm(b!, bZero, undefined), [x!.shape.length - 1, y!.shape.length - 2], k, 1, (p, q) => call('MatMul', [p, q]))
    return product && [product]
  },
  compute: ([a, b, aZero, bZero]) => { const y = integerProduct(a as Tensor, b as Tensor, aZero as Tensor | undefined, bZero as Tensor | undefined); return [tensor('int32', y.shape, numbers(y))] },
})
