import { schedule } from '../../../plugins/sdk/index.js'
import { range } from '../tables/numeric.js'

export default schedule({
  name: 'simple',
  summary: 'Every so-manieth level of the model\'s table, from its noisiest: T[N - 1 - floor(i N / n)].',
  cites: 'ComfyUI',
  options: {},
  grid: ({ sigmas, steps }) => ({ sigmas: [...range(steps, i => sigmas[sigmas.length - 1 - Math.floor((i * sigmas.length) / steps)]!), 0] }),
})
