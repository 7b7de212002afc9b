import { chain, forward, isFlow, level as levelAt, mix, number, numbers, sampler, type Interval, type Level } from '../sdk/index.js'

export default sampler({
  name: 'restart',
  aliases: ['Restart'],
  summary: 'Heun steps that, at some levels, add noise and come down again: errors made before are forgotten; two network calls a step.',
  cites: 'Xu et al. 2023, Restart sampling (arXiv:2306.14878), schedule of the AUTOMATIC1111 web UI',
  order: 'sde',
  // A mean of two slopes times a step of thousands is wrong by their difference, thousands of times over.
  noisiest: 20,
  options: {
    restarts: numbers('Groups of four: at which sigma to restart, in how many steps to come down, how often, from which sigma. Empty decides by the number of steps.', { default: [] }),
    noiseScale: number('Multiplier of the fresh noise.', { default: 1, min: 0 }),
  },
  steps: (intervals, { restarts }) => route(intervals, restarts, ({ sigma }) => levelAt(0, sigma)).length,
  // Heun: x' = x + the mean of the slopes at both ends; before a restart x climbs to the level above by the noising process.
  async *sample(run, { restarts, noiseScale }) {
    let { x } = run
    const at = isFlow(run) ? ({ sigma }: { sigma: number }) => run.level({ sigma }) : ({ sigma }: { sigma: number }) => run.level({ lambda: -Math.log(sigma) })
    for (const { from, to, raisedFrom } of route(run.intervals, restarts, at)) {
      if (raisedFrom) {
        const { keep, up } = forward(raisedFrom, from)
        x = mix([keep, x], [noiseScale * up, run.noise(raisedFrom, from)])
      }
      const first = await run.denoise(x, from)
      yield { x, level: from, denoised: first.clean }
      const [alpha, sigma] = [to.alpha - from.alpha, to.sigma - from.sigma]
      const ahead = mix([1, x], [alpha, first.clean], [sigma, first.residual])
      if (to.sigma === 0) { x = ahead; continue }
      const second = await run.denoise(ahead, to)
      x = mix([1, x], [alpha / 2, first.clean], [alpha / 2, second.clean], [sigma / 2, first.residual], [sigma / 2, second.residual])
    }
    return x
  },
})

interface Leg extends Interval { /** The level from which noise is added up to `from` before this step. */ readonly raisedFrom?: Level }

/** All steps, those of the restarts included. */
function route(intervals: readonly Interval[], given: readonly number[], at: (where: { sigma: number }) => Level): Leg[] {
  if (given.length % 4) throw new RangeError(`restart: restarts are groups of four numbers, got ${given.length}.`)
  const size = ({ alpha, sigma }: Level) => (Math.abs(alpha + sigma - 1) < 1e-9 && alpha < 1 ? sigma : sigma / alpha)
  const n = intervals.length
  let levels = [intervals[0]!.from, ...intervals.map(i => i.to)]
  const karras = (high: Level, low: Level, count: number) => {
    const [a, b] = [size(high) ** (1 / 7), size(low) ** (1 / 7)]
    return Array.from({ length: count }, (_, i) => (i === 0 ? high : i === count - 1 ? low : at({ sigma: (a + (i / (count - 1)) * (b - a)) ** 7 })))
  }
  let restarts = [...given]
  if (!given.length && n >= 20) {
    const count = n >= 36 ? Math.floor(n / 4) : 9
    const lowest = levels.findLast(l => l.sigma > 0)!
    levels = [...karras(levels[0]!, lowest, n >= 36 ? n - 2 * count : n - count), ...levels.filter(l => l.sigma === 0)]
    restarts = n >= 36 ? [0.1, count + 1, 2, 2] : [0.1, 10, 1, 2]
  }
  const nearest = (sigma: number) => levels.filter(l => l.sigma > 0).reduce((best, l) => (Math.abs(size(l) - sigma) < Math.abs(size(best) - sigma) ? l : best))
  const groups = Array.from({ length: restarts.length / 4 }, (_, i) => {
    const [low, steps, times, high] = restarts.slice(4 * i, 4 * i + 4) as [number, number, number, number]
    return { low: nearest(low), high: nearest(high), steps, times }
  })
  return chain(levels).flatMap(step => [step, ...groups.filter(g => g.low === step.to && size(g.high) > size(g.low)).flatMap(g =>
    Array.from({ length: g.times }, () => chain(karras(g.high, g.low, g.steps)).map((leg, i): Leg => (i ? leg : { ...leg, raisedFrom: g.low }))).flat())])
}
