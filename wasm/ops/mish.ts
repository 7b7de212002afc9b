import { unary } from './families/elementwise.js'

export default unary({ name: 'Mish', since: 18, f: x => x * Math.tanh(x > 30 ? x : Math.log1p(Math.exp(x))), kernel: 'f32_mish' })
