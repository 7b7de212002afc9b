import { unary } from './families/elementwise.js'

export default unary({ name: 'Sinh', since: 9, f: Math.sinh, kernel: 'f32_sinh' })
