import { reduction } from './families/reduce.js'

export default reduction({ name: 'ReduceLogSum', start: 0, step: (s, x) => s + x, end: Math.log })
