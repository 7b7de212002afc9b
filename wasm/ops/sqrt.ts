import { unary } from './families/elementwise.js'

export default unary({ name: 'Sqrt', since: 6, f: Math.sqrt, kernel: 'f32_sqrt' })
