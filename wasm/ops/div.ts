import { binary, integral } from './families/elementwise.js'

export default binary({
  name: 'Div', since: 7, kernel: 'f32_div',
  f: (a, b, type) => integral(type) ? b === 0 ? 0 : Math.trunc(a / b) : a / b,
  big: (a, b) => b === 0n ? 0n : a / b,
})
