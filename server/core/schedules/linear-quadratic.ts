import { integer, number, schedule } from '../../../plugins/sdk/index.js'
import { range } from '../tables/numeric.js'

export default schedule({
  name: 'linear-quadratic',
  aliases: ['linear_quadratic'],
  summary: 'Small even steps at the noisy end, then steps that grow quadratically, joined without a bend; for video models.',
  cites: 'Polyak et al. 2024, Movie Gen (arXiv:2410.13720)',
  options: {
    threshold: number('How far the even steps go, as a share of the largest sigma.', { default: 0.025, min: 0, max: 1 }),
    linearSteps: integer('How many even steps; half of all where not given.', { default: null, min: 1, max: 1000 }),
  },
  grid({ sigmas, steps }, { threshold, linearSteps }) {
    const max = sigmas.at(-1)!
    if (steps === 1) return { sigmas: [max, 0] }
    const m = linearSteps ?? Math.floor(steps / 2)
    if (m >= steps) throw new RangeError(`linear-quadratic: linearSteps must be fewer than the ${steps} steps, got ${m}.`)
    const rest = steps - m
    const bend = (m - threshold * steps) / rest ** 2
    const done = range(steps, i => (i < m ? (i * threshold) / m : (bend * (i * i + m * m)) / m + (threshold / m - 2 * bend) * i))
    return { sigmas: [...done.map(y => max * (1 - y)), 0] }
  },
})
