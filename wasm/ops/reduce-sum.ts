import { reduction } from './families/reduce.js'

export default reduction({ name: 'ReduceSum', opset: 13, kind: 0, start: 0, step: (s, x) => s + x, bigStart: 0n, big: (s, x) => s + x })
