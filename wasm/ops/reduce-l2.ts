import { reduction } from './families/reduce.js'

export default reduction({ name: 'ReduceL2', kind: 7, start: 0, step: (s, x) => s + x * x, end: Math.sqrt })
