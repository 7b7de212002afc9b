import { binary } from './families/elementwise.js'

/** The sign of the divisor, as in Python; with `fmod` that of the dividend, as in C. */
export default binary({
  name: 'Mod', since: 10, attrs: { fmod: 0 },
  f: (a, b, _type, { fmod }) => fmod ? a % b : a - b * Math.floor(a / b),
  big: (a, b, _type, { fmod }) => { const r = a % b; return fmod || r === 0n || (r < 0n) === (b < 0n) ? r : r + b },
})
