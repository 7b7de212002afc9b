import { unary } from './families/elementwise.js'

export default unary({ name: 'LeakyRelu', since: 6, attrs: { alpha: 0.01 }, f: (x, { alpha }) => x < 0 ? alpha * x : x, kernel: 'f32_leaky_relu', parameters: a => [a.alpha, 0] })
