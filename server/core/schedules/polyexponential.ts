import { number, schedule } from '../../../plugins/sdk/index.js'
import { linspace } from '../tables/numeric.js'
import { limitOptions, limits } from './limits.js'

export default schedule({
  name: 'polyexponential',
  summary: 'Evenly in a power of the logarithm of sigma: rho 1 is exponential, above 1 spends more steps near the clean end.',
  cites: 'Crowson 2022 (k-diffusion)',
  options: { ...limitOptions, rho: number('The power.', { default: 1, min: 0.01, max: 100 }) },
  grid(request, options) {
    const { max, min } = limits(request, options)
    return { sigmas: [...linspace(1, 0, request.steps).map(r => Math.exp(Math.log(min) + r ** options.rho * Math.log(max / min))), 0] }
  },
})
