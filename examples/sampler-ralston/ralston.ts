import { mix, number, sampler, type Level, type Tensor } from 'noisegraph/sdk'

export default sampler({
  name: 'ralston',
  summary: 'Second order with two network calls a step, the second one two thirds of the way.',
  cites: 'Ralston 1962 (where the second call is best made); Lu et al. 2022, DPM-Solver++(2S)',
  order: 2,
  options: {
    share: number('Where in the step the second call is made, in log(alpha / sigma); 1/2 is DPM-Solver++(2S).', { default: 2 / 3, min: 0.05, max: 1 }),
  },
  steps: intervals => intervals.length,
  async *sample({ x, intervals, denoise, level }, { share }) {
    for (const { from, to } of intervals) {
      const first = await denoise(x, from)
      yield { x, level: from, denoised: first.clean }
      const width = to.lambda - from.lambda
      // Infinitely wide steps begin in pure noise or end without any; nothing lies two thirds of the way.
      if (!Number.isFinite(width)) { x = towards(first.clean, x, from, to); continue }
      const middle = level({ lambda: from.lambda + share * width })
      const second = await denoise(towards(first.clean, x, from, middle), middle)
      const weight = 1 / (2 * share)
      x = towards(mix([1 - weight, first.clean], [weight, second.clean]), x, from, to)
    }
    return x
  },
})

/** The exact step to a level if the clean estimate stayed as it is. */
function towards(clean: Tensor, x: Tensor, from: Level, to: Level): Tensor {
  const keep = to.sigma / from.sigma
  return mix([keep, x], [to.alpha - keep * from.alpha, clean])
}
