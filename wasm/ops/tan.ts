import { unary } from './families/elementwise.js'

export default unary({ name: 'Tan', since: 7, f: Math.tan, kernel: 'f32_tan' })
