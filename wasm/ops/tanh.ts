import { unary } from './families/elementwise.js'

export default unary({ name: 'Tanh', since: 6, f: Math.tanh, kernel: 'f32_tanh' })
