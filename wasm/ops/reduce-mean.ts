import { reduction } from './families/reduce.js'

export default reduction({ name: 'ReduceMean', kind: 1, start: 0, step: (s, x) => s + x, end: (s, n) => s / n })
