import { unary } from './families/elementwise.js'

export default unary({ name: 'Softplus', since: 1, f: x => x > 30 ? x : Math.log1p(Math.exp(x)), kernel: 'f32_softplus' })
