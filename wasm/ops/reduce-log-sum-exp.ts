import { reduction } from './families/reduce.js'

/** The running sum is kept as its logarithm, so that large values do not overflow. */
export default reduction({ name: 'ReduceLogSumExp', start: -Infinity, step: (s, x) => x === -Infinity ? s : s === -Infinity ? x : s > x ? s + Math.log1p(Math.exp(x - s)) : x + Math.log1p(Math.exp(s - x)) })
