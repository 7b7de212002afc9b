import { unary } from './families/elementwise.js'

export default unary({ name: 'Selu', since: 6, attrs: { alpha: 1.67326319217681884765625, gamma: 1.05070102214813232421875 }, f: (x, { alpha, gamma }) => gamma * (x < 0 ? alpha * Math.expm1(x) : x), kernel: 'f32_selu', parameters: a => [a.alpha, a.gamma] })
