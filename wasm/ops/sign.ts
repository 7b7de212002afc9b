import { unary } from './families/elementwise.js'

export default unary({ name: 'Sign', since: 9, f: Math.sign, big: x => x > 0n ? 1n : x < 0n ? -1n : 0n, kernel: 'f32_sign' })
