import { ancestral, flag, inSigma, isFlow, mix, number, sampler, type Level, type Tensor } from '../sdk/index.js'

export default sampler({
  name: 'res-multistep',
  aliases: ['res_multistep', 'RES 2M'],
  summary: 'Second-order exponential multistep method in log(sigma) on the clean estimates; one network call a step.',
  cites: 'Zhang et al. 2023, RES (arXiv:2308.02157)',
  order: 2,
  needsUnconditional: ({ cfgPlusPlus }) => cfgPlusPlus,
  options: {
    eta: number('Share of the step made with fresh noise.', { default: 0, min: 0 }),
    noiseScale: number('Multiplier of the fresh noise.', { default: 1, min: 0 }),
    cfgPlusPlus: flag('Moves along the unconditional estimate from the guided one (CFG++, arXiv:2406.08070).', { default: false }),
  },
  presets: {
    'res-multistep-ancestral': { aliases: ['res_multistep_ancestral'], summary: 'RES multistep with fresh noise in every step.', order: 'sde', options: { eta: 1 } },
    'res-multistep-cfg-pp': { aliases: ['res_multistep_cfg_pp'], summary: 'RES multistep with CFG++ guidance.', options: { cfgPlusPlus: true } },
    'res-multistep-ancestral-cfg-pp': {
      aliases: ['res_multistep_ancestral_cfg_pp'], summary: 'RES multistep with fresh noise and CFG++ guidance.', order: 'sde', options: { eta: 1, cfgPlusPlus: true },
    },
  },
  // x' = e^-h x + h (b1 D + b2 D_last), b2 = p2 / c, b1 = p1 - b2, p1 = (1 - e^-h) / h, p2 = (1 - p1) / h, c the place of D_last.
  sample: (outer, options) => inSigma<typeof options>(async function* ({ x, intervals, denoise, noise }, { eta, noiseScale, cfgPlusPlus }) {
    const split = isFlow(outer) ? straight : exploding
    let last: { clean: Tensor; sigma: number; down: number } | undefined
    for (const { from, to } of intervals) {
      const prediction = await denoise(x, from)
      yield { x, level: from, denoised: prediction.clean }
      const { clean, residual } = (cfgPlusPlus && prediction.unconditional) || prediction
      const { down, keep: rise, up } = split(from, to, eta)
      if (!last || down === 0) x = mix([1, prediction.clean], [down, residual])
      else {
        const h = Math.log(from.sigma / down)
        const p1 = -Math.expm1(-h) / h
        const b2 = (h * (1 - p1)) / Math.log(last.down / last.sigma)
        const keep = down / from.sigma
        x = mix([keep, x], [keep, prediction.clean], [-keep, clean], [h * p1 - b2, clean], [b2, last.clean])
      }
      last = { clean, sigma: from.sigma, down }
      if (up > 0) x = mix([rise, x], [noiseScale * up, noise(from, to)])
    }
    return x
  })(outer, options),
})

const exploding = (from: Level, to: Level, eta: number) => ({ ...ancestral(from, to, eta), keep: 1 })

/** On the straight path of flow models: below the next sigma by a share of the step, and the noising process back up. */
function straight(from: Level, to: Level, eta: number) {
  const down = to.sigma * (1 + (to.sigma / from.sigma - 1) * eta)
  const keep = (1 - to.sigma) / (1 - down)
  return { down, keep, up: eta > 0 ? Math.sqrt(Math.max(0, to.sigma ** 2 - (keep * down) ** 2)) : 0 }
}
