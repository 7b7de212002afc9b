import { reduction } from './families/reduce.js'

export default reduction({ name: 'ReduceMin', kind: 3, start: Infinity, step: Math.min, big: (s, x) => x < s ? x : s })
