import { unary } from './families/elementwise.js'

export default unary({ name: 'IsInf', since: 10, attrs: { detect_negative: 1, detect_positive: 1 }, result: 'bool', f: (x, a) => Number((x === Infinity && a.detect_positive) || (x === -Infinity && a.detect_negative)) })
