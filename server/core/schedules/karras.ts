import { number, schedule } from '../../../plugins/sdk/index.js'
import { linspace } from '../tables/numeric.js'
import { limitOptions, limits } from './limits.js'

/**
 * Karras et al. 2022, eq. 5: sigma_i = (max^(1/rho) + i / (n-1) (min^(1/rho) - max^(1/rho)))^rho, n of them, without a final 0.
 * `ramp` takes the place of i / (n-1).
 */
export function karras(max: number, min: number, n: number, rho = 7, ramp: readonly number[] = linspace(0, 1, n)): number[] {
  const [high, low] = [max ** (1 / rho), min ** (1 / rho)]
  return ramp.map(r => (high + r * (low - high)) ** rho)
}

export default schedule({
  name: 'karras',
  summary: 'Steps that shrink towards the clean end, evenly in the seventh root of sigma.',
  cites: 'Karras et al. 2022, eq. 5',
  options: {
    ...limitOptions,
    rho: number('How much the steps shrink; 1 is even.', { default: 7, min: 0.1, max: 100 }),
  },
  grid(request, options) {
    const { max, min } = limits(request, options)
    return { sigmas: [...karras(max, min, request.steps, options.rho), 0] }
  },
})
