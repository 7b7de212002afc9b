import { logLinear } from './log-linear.js'
import { probit } from './probit.js'

test('quantiles of the normal distribution, to the last digits', () => {
  const known: readonly (readonly [number, number])[] = [[0.5, 0], [0.975, 1.959963984540054], [0.8413447460685429, 1], [0.001, -3.090232306167813], [1e-9, -5.997807015007774]]
  for (const [p, z] of known) expect(Math.abs(probit(p) - z)).toBeLessThan(1e-12)
  expect([probit(0), probit(1)]).toEqual([-Infinity, Infinity])
})

test('levels are interpolated in the logarithm, ends kept', () => {
  const [first, middle, last] = logLinear([16, 1], 3) as [number, number, number]
  expect([first, middle, last].map(v => Math.round(v * 1e9) / 1e9)).toEqual([16, 4, 1])
  expect(logLinear([8, 3, 1], 3)).toEqual([8, 3, 1])
})
