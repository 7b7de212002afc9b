import { unary } from './families/elementwise.js'

export default unary({ name: 'BitwiseNot', since: 18, f: x => ~x, big: x => ~x })
