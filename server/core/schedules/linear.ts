import { number, schedule } from '../../../plugins/sdk/index.js'
import { trainingLevels } from '../tables/training-levels.js'

export default schedule({
  name: 'linear',
  summary: 'Levels of another training schedule, evenly in its time, within those of the model: beta rises evenly, as DDPM was trained.',
  cites: 'Ho et al. 2020 (arXiv:2006.11239)',
  options: {
    betaStart: number('Rate of noising in the first timestep.', { default: 0.0001, min: 1e-9, max: 0.999 }),
    betaEnd: number('Rate of noising in the last timestep.', { default: 0.02, min: 1e-9, max: 0.999 }),
  },
  grid: (request, { betaStart, betaEnd }) => ({ sigmas: trainingLevels('linear', request, betaStart, betaEnd) }),
})
