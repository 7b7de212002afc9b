import { number, schedule } from '../../../plugins/sdk/index.js'
import { trainingLevels } from '../tables/training-levels.js'

export default schedule({
  name: 'scaled-linear',
  aliases: ['scaled_linear'],
  summary: 'Levels of another training schedule, evenly in its time, within those of the model: the square root of beta rises evenly, as Stable Diffusion was trained.',
  cites: 'Rombach et al. 2022 (arXiv:2112.10752)',
  options: {
    betaStart: number('Rate of noising in the first timestep.', { default: 0.00085, min: 1e-9, max: 0.999 }),
    betaEnd: number('Rate of noising in the last timestep.', { default: 0.012, min: 1e-9, max: 0.999 }),
  },
  grid: (request, { betaStart, betaEnd }) => ({ sigmas: trainingLevels('scaled_linear', request, betaStart, betaEnd) }),
})
