import { inSigma, mix, sampler } from '../sdk/index.js'

export default sampler({
  name: 'euler-pp',
  aliases: ['euler_pp'],
  summary: 'Euler along a slope that counts the guidance twice: an alternative to CFG++; one network call a step.',
  cites: 'ComfyUI (alternative Euler CFG++)',
  order: 1,
  needsUnconditional: () => true,
  options: {},
  // x' = x + (x - 2 D + U) / sigma (sigma' - sigma).
  sample: inSigma(async function* ({ x, intervals, denoise }) {
    for (const { from, to } of intervals) {
      const { clean, unconditional } = await denoise(x, from)
      yield { x, level: from, denoised: clean }
      const h = to.sigma / from.sigma - 1
      x = mix([1 + h, x], [-2 * h, clean], [h, unconditional?.clean ?? clean])
    }
    return x
  }),
})
