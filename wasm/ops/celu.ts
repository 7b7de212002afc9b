import { unary } from './families/elementwise.js'

export default unary({ name: 'Celu', since: 12, attrs: { alpha: 1 }, f: (x, { alpha }) => Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha)), kernel: 'f32_celu', parameters: a => [a.alpha, 0] })
