import { number, schedule } from '../../../plugins/sdk/index.js'
import { range } from '../tables/numeric.js'

export default schedule({
  name: 'bong-tangent',
  aliases: ['bong_tangent'],
  summary: 'Two arc tangents joined in the middle: small steps at both ends and around the join.',
  cites: 'RES4LYF (ClownsharkBatwing)',
  options: {
    middle: number('Where the two meet, as a share of the way.', { default: 0.5, min: 0.01, max: 0.99 }),
    pivot1: number('Where the first falls fastest, as a share of the steps.', { default: 0.6, min: 0, max: 1 }),
    pivot2: number('Where the second falls fastest.', { default: 0.6, min: 0, max: 1 }),
    slope1: number('How steep the first is.', { default: 0.2, min: 0.001, max: 10 }),
    slope2: number('How steep the second is.', { default: 0.2, min: 0.001, max: 10 }),
  },
  grid({ sigmas, steps, space, sigmaAt }, { middle, pivot1, pivot2, slope1, slope2 }) {
    const n = steps + 2
    const first = Math.min(n - 2, Math.max(2, Math.floor((n * pivot1 + n * pivot2) / 2)))
    const shares = [
      ...piece(first, (slope1 * 40) / n, Math.floor(n * pivot1), 1, middle).slice(0, -1),
      ...piece(n - first, (slope2 * 40) / n, Math.floor(n * pivot2) - first, middle, 0),
    ]
    const max = sigmas.at(-1)!
    return { sigmas: shares.map((v, i) => (i === steps ? 0 : space === 'flow' ? max * v : sigmaAt((sigmas.length - 1) * v))) }
  },
})

/** An arc tangent falling fastest at the pivot, scaled to run from one end to the other. */
function piece(count: number, slope: number, pivot: number, from: number, to: number): number[] {
  const curve = range(count, x => Math.atan(-slope * (x - pivot)))
  const [high, low] = [curve[0]!, curve.at(-1)!]
  return curve.map(v => to + ((v - low) / (high - low)) * (from - to))
}
