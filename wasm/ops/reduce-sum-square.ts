import { reduction } from './families/reduce.js'

export default reduction({ name: 'ReduceSumSquare', kind: 5, start: 0, step: (s, x) => s + x * x, bigStart: 0n, big: (s, x) => s + x * x })
