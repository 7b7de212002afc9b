import { unary } from './families/elementwise.js'

export default unary({ name: 'Exp', since: 6, f: Math.exp, kernel: 'f32_exp' })
