import { inSigma, mix, sampler, type Tensor } from '../sdk/index.js'

export default sampler({
  name: 'dpmpp-2m-cfg-pp',
  aliases: ['dpmpp_2m_cfg_pp'],
  summary: 'DPM-Solver++(2M) with CFG++ guidance: from the guided estimate along the unconditional noise; one network call a step.',
  cites: 'Chung et al. 2024, CFG++ (arXiv:2406.08070), on DPM-Solver++(2M); ComfyUI',
  order: 2,
  needsUnconditional: () => true,
  options: {},
  // x' = D + e^-h (x - U) + (1 - e^-h) h / (2 h_last) (D - U_last): the difference mixes guided and unconditional, as it is published.
  sample: inSigma(async function* ({ x, intervals, denoise }) {
    let last: { lambda: number; plain: Tensor } | undefined
    for (const { from, to } of intervals) {
      const { clean, unconditional } = await denoise(x, from)
      yield { x, level: from, denoised: clean }
      const plain = unconditional?.clean ?? clean
      const h = to.lambda - from.lambda
      const keep = Math.exp(-h)
      const extra = last && to.sigma > 0 ? ((1 - keep) * h) / (2 * (from.lambda - last.lambda)) : 0
      x = mix([1 + extra, clean], [keep, x], [-keep, plain], [-extra, last?.plain ?? plain])
      last = { lambda: from.lambda, plain }
    }
    return x
  }),
})
