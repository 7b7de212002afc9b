import { list } from '../graph/numbers.js'
import { splitter } from './families/split.js'

/** As even as can be: all the same, the last one shorter. */
const even = (n: number, parts: number): number[] => { const each = Math.ceil(n / parts); return Array.from({ length: parts }, (_, i) => Math.max(0, Math.min(each, n - i * each))) }

export default [
  splitter({ since: 2, attrs: { axis: 0, split: null as readonly number[] | null }, parts: (n, _inputs, a, outputs) => a.split ?? even(n, outputs) }),
  splitter({ since: 13, attrs: { axis: 0, num_outputs: 0 }, values: [1], parts: (n, inputs, a, outputs) => inputs[1] ? list(inputs[1].value) : even(n, outputs) }),
]
