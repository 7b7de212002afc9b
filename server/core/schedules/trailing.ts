import { schedule } from '../../../plugins/sdk/index.js'
import { gridAt } from '../tables/grid-at.js'
import { spacedTimesteps } from '../tables/spacing.js'

export default schedule({
  name: 'trailing',
  summary: 'Timesteps in equal strides down from the last one; the right choice for models trained to pure noise.',
  cites: 'Lin et al. 2023 (arXiv:2305.08891), table 2; diffusers timestep_spacing',
  options: {},
  grid(request) {
    const { sigmas, steps } = request
    if (steps > sigmas.length) throw new RangeError(`${steps} steps are more than the ${sigmas.length} that the model was trained with.`)
    const timesteps = spacedTimesteps({ timestep_spacing: 'trailing', steps_offset: 0, num_train_timesteps: sigmas.length }, steps).slice(0, steps)
    return gridAt(request, timesteps)
  },
})
