import { schedule } from '../../../plugins/sdk/index.js'
import { range } from '../tables/numeric.js'

export default schedule({
  name: 'ddim-uniform',
  aliases: ['ddim_uniform', 'ddim'],
  summary: 'Equal strides up the model\'s table from its second level. The count may differ from the one asked for, and the first level is seldom the noisiest.',
  cites: 'Song et al. 2021, DDIM; CompVis latent-diffusion; ComfyUI',
  options: {},
  grid({ sigmas, steps }) {
    const N = sigmas.length
    const clean = (sigmas[1] ?? sigmas[0]!) < 1e-5
    const stride = Math.max(Math.floor(N / (clean ? steps + 1 : steps)), 1)
    const levels = range(Math.ceil((N - 1) / stride), i => sigmas[1 + i * stride]!).reverse()
    return { sigmas: clean ? levels : [...levels, 0] }
  },
})
