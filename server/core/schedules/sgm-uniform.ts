import { schedule } from '../../../plugins/sdk/index.js'
import { linspace } from '../tables/numeric.js'

export default schedule({
  name: 'sgm-uniform',
  aliases: ['sgm_uniform'],
  summary: 'Evenly in the model\'s time, without its cleanest level; for models trained from pure noise and for distilled ones.',
  cites: 'Stability AI generative-models; ComfyUI',
  options: {},
  grid: ({ sigmas, steps, sigmaAt, shiftedAt = sigmaAt, timeOf }) =>
    ({ sigmas: [...linspace(timeOf(sigmas.at(-1)!), timeOf(sigmas[0]!), steps + 1).slice(0, -1).map(t => shiftedAt(t)), 0] }),
})
