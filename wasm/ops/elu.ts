import { unary } from './families/elementwise.js'

export default unary({ name: 'Elu', since: 6, attrs: { alpha: 1 }, f: (x, { alpha }) => x < 0 ? alpha * Math.expm1(x) : x, kernel: 'f32_elu', parameters: a => [a.alpha, 0] })
