import { unary } from './families/elementwise.js'

export default unary({ name: 'Ceil', since: 6, f: Math.ceil, kernel: 'f32_ceil' })
