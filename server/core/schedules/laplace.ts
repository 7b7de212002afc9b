import { flag, number, schedule } from '../../../plugins/sdk/index.js'
import { linspace } from '../tables/numeric.js'
import { limitOptions, limits } from './limits.js'

export default schedule({
  name: 'laplace',
  summary: 'Quantiles of a Laplace distribution of log sigma: dense around one level.',
  cites: 'Hang et al. 2024 (arXiv:2407.03297)',
  options: {
    ...limitOptions,
    mu: number('Log sigma around which the levels gather.', { default: 0, min: -20, max: 20 }),
    beta: number('Width of the distribution.', { default: 0.5, min: 0.001, max: 100 }),
    endClean: flag('Goes on to 0; as published it ends at the smallest sigma.', { default: true }),
  },
  grid(request, { mu, beta, endClean, ...rest }) {
    const { max, min } = limits(request, rest)
    const levels = linspace(0, 1, request.steps)
      .map(x => Math.exp(mu - beta * Math.sign(0.5 - x) * Math.log(1 - 2 * Math.abs(0.5 - x) + 1e-5)))
      .map(s => Math.min(max, Math.max(min, s)))
    return { sigmas: endClean ? [...new Set(levels), 0] : levels }
  },
})
