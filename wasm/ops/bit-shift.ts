import { binary } from './families/elementwise.js'

export default binary({
  name: 'BitShift', since: 11, attrs: { direction: '' },
  f: (a, b, _type, { direction }) => b >= 32 ? 0 : direction === 'LEFT' ? a * 2 ** b % 2 ** 32 : Math.floor(a / 2 ** b),
  big: (a, b, _type, { direction }) => b >= 64n ? 0n : direction === 'LEFT' ? a << b : a >> b,
})
