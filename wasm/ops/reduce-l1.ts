import { reduction } from './families/reduce.js'

export default reduction({ name: 'ReduceL1', kind: 6, start: 0, step: (s, x) => s + Math.abs(x) })
