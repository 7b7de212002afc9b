import { unary } from './families/elementwise.js'
import { erf } from './families/erf.js'

export const gelu = (x: number): number => 0.5 * x * (1 + erf(x * Math.SQRT1_2))
export const geluTanh = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))

export default unary({ name: 'Gelu', since: 20, attrs: { approximate: 'none' }, f: (x, { approximate }) => approximate === 'tanh' ? geluTanh(x) : gelu(x) })
