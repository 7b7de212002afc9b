import { arg } from './families/arg.js'

export default arg('ArgMax', (a, b) => a > b)
