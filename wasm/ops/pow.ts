import { binary } from './families/elementwise.js'

export default binary({
  name: 'Pow', since: 7, kernel: 'f32_pow', f: (a, b) => a ** b,
  big: (a, b) => b >= 0n ? a ** b : a === 1n ? 1n : a === -1n ? (b % 2n ? -1n : 1n) : 0n,
})
