import { schedule } from '../../../plugins/sdk/index.js'
import { trainingLevels } from '../tables/training-levels.js'

export default schedule({
  name: 'cosine',
  aliases: ['squaredcos_cap_v2'],
  summary: 'Levels of another training schedule, evenly in its time, within those of the model: alpha follows a squared cosine.',
  cites: 'Nichol and Dhariwal 2021 (arXiv:2102.09672), eq. 17',
  options: {},
  grid: request => ({ sigmas: trainingLevels('squaredcos_cap_v2', request) }),
})
