import { unary } from './families/elementwise.js'

export default unary({ name: 'Atanh', since: 9, f: Math.atanh })
