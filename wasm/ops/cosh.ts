import { unary } from './families/elementwise.js'

export default unary({ name: 'Cosh', since: 9, f: Math.cosh, kernel: 'f32_cosh' })
