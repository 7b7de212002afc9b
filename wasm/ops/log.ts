import { unary } from './families/elementwise.js'

export default unary({ name: 'Log', since: 6, f: Math.log, kernel: 'f32_log' })
