import { unary } from './families/elementwise.js'

export default unary({ name: 'Softsign', since: 1, f: x => x / (1 + Math.abs(x)), kernel: 'f32_softsign' })
