import { unary } from './families/elementwise.js'

export default unary({ name: 'IsNaN', since: 9, result: 'bool', f: x => Number(Number.isNaN(x)) })
