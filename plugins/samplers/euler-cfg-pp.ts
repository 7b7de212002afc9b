import { ancestral, flag, mix, number, sampler } from '../sdk/index.js'

export default sampler({
  name: 'euler-cfg-pp',
  aliases: ['euler_cfg_pp', 'DDIM CFG++'],
  summary: 'Euler with CFG++ guidance: to the guided estimate, and back along the noise of the unconditional one; one network call a step.',
  cites: 'Chung et al. 2024, CFG++ (arXiv:2406.08070), algorithm 2',
  order: 1,
  needsUnconditional: () => true,
  options: {
    eta: number('Share of the noise that is fresh.', { default: 0, min: 0 }),
    noiseScale: number('Multiplier of the fresh noise.', { default: 1, min: 0 }),
    freshStart: flag('From pure noise all of the noise is fresh whatever eta is, as published; otherwise eta holds there too.', { default: false }),
  },
  presets: {
    'euler-ancestral-cfg-pp': { aliases: ['euler_ancestral_cfg_pp'], summary: 'Euler ancestral with CFG++ guidance.', order: 'sde', options: { eta: 1 } },
  },
  // x' = alpha' D + down e + up z, e = (x - alpha U) / sigma.
  async *sample({ x, intervals, denoise, noise }, { eta, noiseScale, freshStart }) {
    for (const { from, to } of intervals) {
      const { clean, residual, unconditional } = await denoise(x, from)
      yield { x, level: from, denoised: clean }
      const { down, up } = ancestral(from, to, freshStart && eta > 0 && from.alpha === 0 ? 1 : eta)
      x = mix([to.alpha, clean], [down, unconditional?.residual ?? residual])
      if (eta > 0 && noiseScale > 0 && to.sigma > 0) x = mix([1, x], [noiseScale * up, noise(from, to)])
    }
    return x
  },
})
