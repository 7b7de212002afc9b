import { unary } from './families/elementwise.js'

export default unary({ name: 'Sigmoid', since: 6, f: x => 1 / (1 + Math.exp(-x)), kernel: 'f32_sigmoid' })
