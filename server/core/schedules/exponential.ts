import { number, schedule } from '../../../plugins/sdk/index.js'
import { linspace } from '../tables/numeric.js'

/** Evenly in log sigma, n of them, without a final 0. */
export const exponential = (max: number, min: number, n: number): number[] => linspace(Math.log(max), Math.log(min), n).map(Math.exp)

export default schedule({
  name: 'exponential',
  summary: 'Steps of one ratio: evenly in the logarithm of sigma.',
  cites: 'Crowson 2022 (k-diffusion)',
  options: {
    sigmaMin: number('Smallest sigma before 0; the model\'s own where not given.', { default: null, min: 0 }),
    sigmaMax: number('Largest sigma; the model\'s own where not given.', { default: null, min: 0 }),
  },
  grid: ({ sigmas, steps }, { sigmaMin, sigmaMax }) => ({ sigmas: [...exponential(sigmaMax ?? sigmas.at(-1)!, sigmaMin ?? sigmas[0]!, steps), 0] }),
})
