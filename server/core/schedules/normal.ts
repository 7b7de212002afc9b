import { schedule } from '../../../plugins/sdk/index.js'
import { linspace } from '../tables/numeric.js'

export default schedule({
  name: 'normal',
  summary: 'Evenly in the model\'s time, both ends included.',
  cites: 'Crowson 2022 (k-diffusion get_sigmas); ComfyUI',
  options: {},
  grid({ sigmas, steps, sigmaAt, shiftedAt = sigmaAt, timeOf }) {
    const [first, last] = [timeOf(sigmas.at(-1)!), timeOf(sigmas[0]!)]
    // A model whose smallest sigma is as good as 0 gets no further 0.
    const clean = shiftedAt(last) < 1e-5
    const levels = linspace(first, last, clean ? steps + 1 : steps).map(t => shiftedAt(t))
    return { sigmas: clean ? levels : [...levels, 0] }
  },
})
