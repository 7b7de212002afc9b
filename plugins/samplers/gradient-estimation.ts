import { flag, inSigma, mix, number, sampler, type Tensor } from '../sdk/index.js'

export default sampler({
  name: 'gradient-estimation',
  aliases: ['gradient_estimation'],
  summary: 'Euler with the change of the slope since the last step added (gamma - 1) times; one network call a step.',
  cites: 'Permenter & Yuan 2024 (arXiv:2306.04848)',
  order: 1,
  needsUnconditional: ({ cfgPlusPlus }) => cfgPlusPlus,
  options: {
    gamma: number('Weight of the newest slope: 1 is Euler.', { default: 2, min: 0 }),
    cfgPlusPlus: flag('Moves along the unconditional slope from the guided estimate (CFG++, arXiv:2406.08070).', { default: false }),
  },
  presets: {
    'gradient-estimation-cfg-pp': {
      aliases: ['gradient_estimation_cfg_pp'], summary: 'Gradient estimation with CFG++ guidance.', options: { cfgPlusPlus: true },
    },
  },
  // x' = D + sigma' e + (gamma - 1)(e - e_last)(sigma' - sigma), e = (x - D) / sigma, with CFG++ (x - U) / sigma.
  sample: inSigma(async function* ({ x, intervals, denoise }, { gamma, cfgPlusPlus }) {
    let last: Tensor | undefined
    for (const { from, to } of intervals) {
      const prediction = await denoise(x, from)
      yield { x, level: from, denoised: prediction.clean }
      const { residual: slope } = (cfgPlusPlus && prediction.unconditional) || prediction
      const extra = last && to.sigma > 0 ? (gamma - 1) * (to.sigma - from.sigma) : 0
      x = mix([1, prediction.clean], [to.sigma + extra, slope], [-extra, last ?? slope])
      last = slope
    }
    return x
  }),
})
