import { unary } from './families/elementwise.js'

export default unary({ name: 'Abs', since: 6, f: Math.abs, big: x => x < 0n ? -x : x, kernel: 'f32_abs' })
