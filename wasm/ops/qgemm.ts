import { tensor } from '../graph/numbers.js'
import { call, count, op, scalar } from './op.js'
import { isByte, whole } from './families/whole.js'
import { wholeMatMul } from './families/whole-matmul.js'

/** alpha (A B + C) of bytes, C being whole numbers in units of alpha aScale bScale: as bytes, or as floats where no scale of the result is given. */
export default op({
  name: 'QGemm', domain: 'com.microsoft', since: 1, attrs: { transA: 0, transB: 0, alpha: 1 },
  means([a, aScale, aZero, b, bScale, bZero, c, yScale, yZero], { transA, transB, alpha }, [p, pScale, pZero, q, qScale, qZero, r, , type]) {
    const [x, y] = [transA ? call('Transpose', [a], { perm: [1, 0] }) : a, transB ? call('Transpose', [b], { perm: [1, 0] }) : b], turned = (f: typeof p, turn: number): typeof p => f && turn ? { type: f.type, shape: [...f.shape].reverse() } : f
    const n = q!.shape[transB ? 0 : 1]!, product = count(pScale!) === 1 && qScale!.shape.length <= 1 ? wholeMatMul([x, y, aZero, bZero], [turned(p, transA), turned(q, transB), pZero, qZero]) : undefined
    if (!product || (yZero && !isByte(type))) throw new Error('matrices of bytes with one scale for A and one scale or one a column for B are multiplied')
    const flat = !r || count(r) === n, sum = flat ? product : call('Add', [product, c]), bias = c && flat ? call('Reshape', [c, whole([n])]) : undefined, scale = alpha === 1 ? aScale! : call('Mul', [aScale, scalar(alpha)])
    if (yScale) return [call('Requantise', [sum, bias, scale, bScale, yScale, yZero ?? { constant: tensor(p!.type, [], [0]) }], {}, 'noisegraph')]
    const floats = call('Cast', [bias ? call('Add', [sum, bias]) : sum], { to: 1 })
    return [call('Mul', [floats, call('Mul', [scale, bScale])])]
  },
})
