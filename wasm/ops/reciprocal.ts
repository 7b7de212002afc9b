import { unary } from './families/elementwise.js'

export default unary({ name: 'Reciprocal', since: 6, f: x => 1 / x, kernel: 'f32_reciprocal' })
