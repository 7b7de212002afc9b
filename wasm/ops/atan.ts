import { unary } from './families/elementwise.js'

export default unary({ name: 'Atan', since: 7, f: Math.atan })
