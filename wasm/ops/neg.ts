import { unary } from './families/elementwise.js'

export default unary({ name: 'Neg', since: 6, f: x => -x, big: x => -x, kernel: 'f32_neg' })
