import { unary } from './families/elementwise.js'

export default unary({ name: 'QuickGelu', domain: 'com.microsoft', since: 1, attrs: { alpha: 1.702 }, f: (x, { alpha }) => x / (1 + Math.exp(-alpha * x)), kernel: 'f32_quick_gelu', parameters: a => [a.alpha, 0] })
