import { integer, schedule } from '../../../plugins/sdk/index.js'
import { gridAt } from '../tables/grid-at.js'
import { spacedTimesteps } from '../tables/spacing.js'

export default schedule({
  name: 'leading',
  summary: 'Timesteps in whole strides up from 0 (plus the offset); never reaches the noisiest level.',
  cites: 'Lin et al. 2023 (arXiv:2305.08891), table 2; diffusers timestep_spacing',
  options: { offset: integer('Added to every timestep; steps_offset of the model\'s config where not given.', { default: null, min: 0, max: 100 }) },
  grid(request, { offset }) {
    const { sigmas, steps, config } = request
    const T = sigmas.length
    const steps_offset = offset ?? (typeof config.steps_offset === 'number' ? config.steps_offset : 0)
    if (steps > T) throw new RangeError(`${steps} steps are more than the ${T} that the model was trained with.`)
    const timesteps = spacedTimesteps({ timestep_spacing: 'leading', steps_offset, num_train_timesteps: T }, steps).map(t => Math.min(t, T - 1))
    return gridAt(request, timesteps)
  },
})
