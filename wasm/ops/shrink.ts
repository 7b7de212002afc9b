import { unary } from './families/elementwise.js'

export default unary({ name: 'Shrink', since: 9, attrs: { bias: 0, lambd: 0.5 }, f: (x, { bias, lambd }) => x < -lambd ? x + bias : x > lambd ? x - bias : 0, kernel: 'f32_shrink', parameters: a => [a.lambd, a.bias] })
