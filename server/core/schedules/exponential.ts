import { schedule } from '../../../plugins/sdk/index.js'
import { linspace } from '../tables/numeric.js'
import { limitOptions, limits } from './limits.js'

/** Evenly in log sigma, n of them, without a final 0. */
export const exponential = (max: number, min: number, n: number): number[] => linspace(Math.log(max), Math.log(min), n).map(Math.exp)

export default schedule({
  name: 'exponential',
  summary: 'Steps of one ratio: evenly in the logarithm of sigma.',
  cites: 'Crowson 2022 (k-diffusion)',
  options: limitOptions,
  grid(request, options) {
    const { max, min } = limits(request, options)
    return { sigmas: [...exponential(max, min, request.steps), 0] }
  },
})
