import { unary } from './families/elementwise.js'

export default unary({ name: 'Cos', since: 7, f: Math.cos, kernel: 'f32_cos' })
