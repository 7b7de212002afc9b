import { number, schedule } from '../../../plugins/sdk/index.js'
import { trainingLevels } from '../tables/training-levels.js'

export default schedule({
  name: 'sigmoid',
  summary: 'Levels of another training schedule, evenly in its time, within those of the model: beta follows a logistic curve.',
  cites: 'Xu et al. 2022, GeoDiff (arXiv:2203.02923)',
  options: {
    betaStart: number('Rate of noising in the first timestep.', { default: 0.0001, min: 1e-9, max: 0.999 }),
    betaEnd: number('Rate of noising in the last timestep.', { default: 0.02, min: 1e-9, max: 0.999 }),
  },
  grid: (request, { betaStart, betaEnd }) => ({ sigmas: trainingLevels('sigmoid', request, betaStart, betaEnd) }),
})
