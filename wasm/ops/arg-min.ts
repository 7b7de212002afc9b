import { arg } from './families/arg.js'

export default arg('ArgMin', (a, b) => a < b)
