import { unary } from './families/elementwise.js'

export default unary({ name: 'Not', since: 1, f: x => x ? 0 : 1 })
