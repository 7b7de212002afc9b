import { reduction } from './families/reduce.js'

export default reduction({ name: 'ReduceMax', kind: 2, start: -Infinity, step: Math.max, big: (s, x) => x > s ? x : s })
