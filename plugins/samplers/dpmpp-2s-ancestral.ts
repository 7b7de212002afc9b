import { below, choice, mix, number, sampler } from '../sdk/index.js'

export default sampler({
  name: 'dpmpp-2s-ancestral',
  aliases: ['dpmpp_2s_ancestral', 'DPM++ 2S a'],
  summary: 'Single-step exponential midpoint method on the clean estimates to a lower level, then fresh noise back up; two network calls a step.',
  cites: 'Lu et al. 2022, DPM-Solver++(2S) (arXiv:2211.01095), ancestral form of k-diffusion',
  order: 'sde',
  needsUnconditional: ({ cfgPlusPlus }) => cfgPlusPlus !== 'off',
  options: {
    eta: number('Share of the step made with fresh noise.', { default: 1, min: 0 }),
    noiseScale: number('Multiplier of the fresh noise.', { default: 1, min: 0 }),
    cfgPlusPlus: choice('CFG++ guidance (arXiv:2406.08070): none, steps on the unconditional estimate with the guidance added at the end, or the first published form.',
      ['off', 'unconditional', 'first'], { default: 'off' }),
  },
  presets: {
    'dpmpp-2s-ancestral-cfg-pp': { aliases: ['dpmpp_2s_ancestral_cfg_pp'], summary: 'DPM++ 2S ancestral with CFG++ guidance.', options: { cfgPlusPlus: 'unconditional' } },
  },
  async *sample(run, { eta, noiseScale, cfgPlusPlus }) {
    const { intervals, denoise } = run
    let { x } = run
    for (const { from, to } of intervals) {
      const first = await denoise(x, from)
      yield { x, level: from, denoised: first.clean }
      if (to.sigma === 0) { x = mix([to.alpha, first.clean]); continue }
      const { at, keep, up } = below(run, from, to, eta)
      if (at.sigma === 0) { x = mix([keep * at.alpha, first.clean], [noiseScale * up, run.noise(from, to)]); continue }
      // Exact for a constant estimate: x' = sigma'/sigma x + (alpha' - alpha sigma'/sigma) D.
      const move = (target: typeof to, clean: typeof x, shift?: typeof x) => {
        const share = target.sigma / from.sigma
        return mix([share, x], [target.alpha - from.alpha * share, clean], ...(shift ? [[share, first.clean], [-share, shift]] as const : []))
      }
      const middle = run.level(from.alpha === 0 ? { sigma: 0.9999 } : { lambda: (from.lambda + at.lambda) / 2 })
      const plain = first.unconditional?.clean ?? first.clean
      const second = cfgPlusPlus === 'first' ? await denoise(move(middle, first.clean, plain), middle)
        : await denoise(move(middle, cfgPlusPlus === 'off' ? first.clean : plain), middle)
      const after = second.unconditional?.clean ?? second.clean
      // The first published form takes the second call's unconditional estimate here, in place of the first's.
      x = cfgPlusPlus === 'first' ? move(at, second.clean, after) : move(at, cfgPlusPlus === 'off' ? second.clean : after)
      if (up > 0) x = mix([keep, x], [noiseScale * up, run.noise(at, to)])
      if (cfgPlusPlus === 'unconditional') x = mix([1, x], [to.alpha, first.clean], [-to.alpha, plain])
    }
    return x
  },
})
