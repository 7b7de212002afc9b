import { number, schedule } from '../../../plugins/sdk/index.js'
import { range } from '../tables/numeric.js'
import { probit } from '../tables/probit.js'

export default schedule({
  name: 'logit-normal',
  summary: 'Quantiles of a logit-normal distribution of time, as flow models are often trained: dense in the middle.',
  cites: 'Esser et al. 2024, Stable Diffusion 3 (arXiv:2403.03206), eq. 19',
  options: {
    mean: number('Mean of the logit: above 0 gathers the levels towards noise.', { default: 0, min: -10, max: 10 }),
    deviation: number('Its standard deviation: smaller is denser in the middle.', { default: 1, min: 0.01, max: 10 }),
  },
  grid({ sigmas, steps, space, sigmaAt }, { mean, deviation }) {
    const max = sigmas.at(-1)!
    const times = range(steps, i => (i === 0 ? 1 : 1 / (1 + Math.exp(-mean - deviation * probit(1 - i / steps)))))
    return { sigmas: [...times.map(t => (space === 'flow' ? max * t : sigmaAt(t * (sigmas.length - 1)))), 0] }
  },
})
