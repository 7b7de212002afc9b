import { number, schedule } from '../../../plugins/sdk/index.js'
import { linspace } from '../tables/numeric.js'

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
    sigmaMin: number('Smallest sigma before 0; the model\'s own where not given.', { default: null, min: 0 }),
    sigmaMax: number('Largest sigma; the model\'s own where not given.', { default: null, min: 0 }),
    rho: number('How much the steps shrink; 1 is even.', { default: 7, min: 0.1, max: 100 }),
  },
  grid: ({ sigmas, steps }, { sigmaMin, sigmaMax, rho }) =>
    ({ sigmas: [...karras(sigmaMax ?? sigmas.at(-1)!, sigmaMin ?? sigmas[0]!, steps, rho), 0] }),
})
