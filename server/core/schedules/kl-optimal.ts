import { choice, schedule } from '../../../plugins/sdk/index.js'
import { range } from '../tables/numeric.js'
import { limitOptions, limits } from './limits.js'

export default schedule({
  name: 'kl-optimal',
  aliases: ['kl_optimal', 'KL Optimal'],
  summary: 'Evenly in the arc tangent of sigma, which bounds the divergence from the true distribution for Gaussian data.',
  cites: 'Sabour et al. 2024, Align Your Steps (arXiv:2404.14507), theorem 3.1',
  options: {
    ...limitOptions,
    end: choice('Goes on to 0 after the smallest sigma (ComfyUI), or ends there (web UI).', ['zero', 'smallest'], { default: 'zero' }),
  },
  grid(request, { end, ...rest }) {
    const { steps } = request
    const { max, min } = limits(request, rest)
    const at = (r: number) => Math.tan(r * Math.atan(min) + (1 - r) * Math.atan(max))
    if (end === 'smallest') return { sigmas: range(steps + 1, i => at(i / steps)) }
    return { sigmas: [...range(steps, i => at(steps === 1 ? 0 : i / (steps - 1))), 0] }
  },
})
