import { unary } from './families/elementwise.js'

export default unary({ name: 'Asinh', since: 9, f: Math.asinh })
