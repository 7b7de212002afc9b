import { number, schedule } from '../../../plugins/sdk/index.js'
import { range } from '../tables/numeric.js'

export default schedule({
  name: 'sd-turbo',
  aliases: ['sd_turbo', 'SDTurboScheduler'],
  summary: 'The ten timesteps 999, 899, ... that adversarially distilled models were trained on, from the noisiest; there may be fewer than asked for.',
  cites: 'Sauer et al. 2023, adversarial diffusion distillation (arXiv:2311.17042)',
  space: 'variance',
  options: { strength: number('Where to begin: 1 at the noisiest, 0.5 with the lower five.', { default: 1, min: 0, max: 1 }) },
  grid({ sigmas, steps, sigmaAt }, { strength }) {
    const first = 10 - Math.floor(10 * strength)
    const stride = sigmas.length / 10
    const timesteps = range(10, i => Math.round(stride * (10 - i)) - 1).slice(first, first + steps)
    if (timesteps.length === 0) throw new RangeError(`sd-turbo: a strength of ${strength} leaves no timestep; give at least 0.1.`)
    return { sigmas: [...timesteps.map(t => sigmaAt(t)), 0], timesteps }
  },
})
