import { unary } from './families/elementwise.js'

export default unary({ name: 'Acosh', since: 9, f: Math.acosh })
