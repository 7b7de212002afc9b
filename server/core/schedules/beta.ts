import { choice, number, schedule } from '../../../plugins/sdk/index.js'
import { betaQuantile, linspace, range, rint } from '../tables/numeric.js'
import { limitOptions, limits } from './limits.js'

export default schedule({
  name: 'beta',
  summary: 'Quantiles of a Beta distribution: dense at both ends. Over a table of whole timesteps equal entries are made once, so there may be fewer steps.',
  cites: 'Lee et al. 2024 (arXiv:2407.12173)',
  options: {
    alpha: number('First shape of the distribution: smaller is denser at the noisy end.', { default: 0.6, min: 0.01, max: 100 }),
    beta: number('Second shape: smaller is denser at the clean end.', { default: 0.6, min: 0.01, max: 100 }),
    over: choice('What is spaced: the model\'s timesteps (ComfyUI), or sigma itself (diffusers, web UI).', ['timesteps', 'sigma'], { default: 'timesteps' }),
    ...limitOptions,
  },
  grid(request, { alpha, beta, over, ...rest }) {
    const { sigmas, steps } = request
    if (over === 'sigma') {
      const { max, min } = limits(request, rest)
      return { sigmas: [...linspace(1, 0, steps).map(p => min + betaQuantile(p, alpha, beta) * (max - min)), 0] }
    }
    const middle = (p: number) => (p === 0.5 && alpha === beta ? 0.5 : betaQuantile(p, alpha, beta))
    const indices = new Set(range(steps, i => rint(middle(1 - i / steps) * (sigmas.length - 1))))
    return { sigmas: [...[...indices].map(i => sigmas[i]!), 0] }
  },
})
