import { unary } from './families/elementwise.js'

export default unary({ name: 'Acos', since: 7, f: Math.acos })
