import { below, dpmStep, integer, mix, number, sampler, type Interval } from '../sdk/index.js'

/** Orders of the steps that make n network calls: 3, 3, ... and what is left over. */
const ordersOf = (n: number): number[] => {
  const third = Array<number>(Math.max(0, Math.floor(n / 3) - (n % 3 ? 0 : 1))).fill(3)
  return [...third, ...(n % 3 ? [n % 3] : n ? [2, 1] : [])]
}
/** A schedule that ends clean is left at its last level with noise; one call then goes to the clean estimate. */
const plan = (intervals: readonly Interval[], calls: number) => {
  const last = intervals.at(-1)!
  const clean = last.to.sigma === 0
  const n = (calls || intervals.length) - (clean ? 1 : 0)
  return { clean, end: clean ? last.from : last.to, orders: ordersOf(clean && last.from === intervals[0]!.from ? 0 : n) }
}

export default sampler({
  name: 'dpm-fast',
  aliases: ['dpm_fast', 'DPM fast'],
  summary: 'DPM-Solver-3 in equal steps of log(sigma), with a step of lower order at the end so that the network calls come out as asked.',
  cites: 'Lu et al. 2022, DPM-Solver-fast (arXiv:2206.00927)',
  order: 2,
  finite: () => true,
  options: {
    calls: integer('Network calls in all; 0 makes as many as the schedule has steps. Of the schedule only the ends are used.', { default: 0, min: 0, max: 1000 }),
    eta: number('Share of the step made with fresh noise.', { default: 0, min: 0 }),
    noiseScale: number('Multiplier of the fresh noise.', { default: 1, min: 0 }),
  },
  steps: (intervals, { calls }) => { const { clean, orders } = plan(intervals, calls); return orders.length + Number(clean) },
  // Steps of DPM-Solver-3, -2 and -1: see dpmStep.
  async *sample(run, { calls, eta, noiseScale }) {
    let { x } = run
    let from = run.intervals[0]!.from
    const { clean, end, orders } = plan(run.intervals, calls)
    if (eta > 0 && end.lambda < from.lambda) throw new RangeError('dpm-fast: eta must be 0 where sigma rises.')
    const [start, m] = [from.lambda, orders.length]
    for (const [i, order] of orders.entries()) {
      const to = i + 1 === m ? end : run.level({ lambda: start + ((i + 1) * (end.lambda - start)) / m })
      const first = await run.denoise(x, from)
      yield { x, level: from, denoised: first.clean }
      const { at, keep, up } = below(run, from, to, eta, end)
      x = (await dpmStep(run, x, from, at, first, order)).high
      if (eta > 0) x = mix([keep, x], [noiseScale * up, run.noise(from, to)])
      from = to
    }
    if (!clean) return x
    const last = await run.denoise(x, end)
    yield { x, level: end, denoised: last.clean }
    return last.clean
  },
})
