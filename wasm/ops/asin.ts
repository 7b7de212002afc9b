import { unary } from './families/elementwise.js'

export default unary({ name: 'Asin', since: 7, f: Math.asin })
