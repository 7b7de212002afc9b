import { conditioner, number } from '../sdk/index.js'

export default conditioner({
  name: 'early-end',
  summary: 'Ends the run after a share of it and keeps the noise that is left, for another model to go on from (Balaji et al. 2022, an ensemble of expert denoisers).',
  options: {
    at: number('Share of the run that is made, in training timesteps.', { default: 0.8, min: 0.01, max: 0.99 }),
  },
  part: ({ at }) => ({ until: at }),
  condition: (_, { at }) => Promise.resolve({ until: at }),
})
