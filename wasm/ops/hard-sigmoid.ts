import { unary } from './families/elementwise.js'

export default unary({ name: 'HardSigmoid', since: 6, attrs: { alpha: 0.2, beta: 0.5 }, f: (x, { alpha, beta }) => Math.max(0, Math.min(1, alpha * x + beta)), kernel: 'f32_hard_sigmoid', parameters: a => [a.alpha, a.beta] })
