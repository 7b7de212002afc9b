import { reduction } from './families/reduce.js'

export default reduction({ name: 'ReduceProd', kind: 4, start: 1, step: (s, x) => s * x, bigStart: 1n, big: (s, x) => s * x })
