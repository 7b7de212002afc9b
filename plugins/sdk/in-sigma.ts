import type { Level } from './level.js'
import type { Prediction, Run, Step, Where } from './sampler.js'
import { mix, type Tensor } from './tensor.js'

/** A level as the solver sees it, alpha = 1, and the run's own. */
interface Framed extends Level { readonly own: Level }
type Solve<V> = (run: Run, options: V) => AsyncGenerator<Step, Tensor>

/** Whether the levels of a run lie on the straight path of rectified flow, alpha = 1 - sigma. */
export function isFlow(run: Pick<Run, 'level'>): boolean {
  const { alpha, sigma } = run.level({ lambda: 0 })
  return alpha < 0.6 && sigma < 0.6
}

/**
 * Lets a solver of dy/ds = (y - clean) / s, the ODE of the k-diffusion family (Karras et al. 2022, eq. 1), serve every space.
 * The solver sees alpha = 1 throughout: y = x and s = sigma in Karras spaces, and in flow models too, whose path obeys the same
 * equation; y = x / alpha and s = sigma / alpha in variance-preserving spaces. Runs with alpha = 1 are handed on untouched.
 * Noise added by the solver is right in all but flow models, where it belongs to another process.
 */
export const inSigma = <V>(solve: Solve<V>): Solve<V> => async function* (run, options) {
  if (run.level({ lambda: 0 }).alpha === 1) return yield* solve(run, options)
  const flow = isFlow(run)
  const known = new Map<Level, Framed>()
  const frame = (own: Level): Framed => {
    const s = flow ? own.sigma : own.sigma / own.alpha
    if (!known.has(own)) known.set(own, { t: own.t, alpha: 1, sigma: s, lambda: -Math.log(s), own })
    return known.get(own)!
  }
  const own = (at: Level) => (at as Framed).own
  const scale = (x: Tensor, by: number) => (by === 1 ? x : mix([by, x]))
  const into = (x: Tensor, at: Level) => (flow ? x : scale(x, own(at).alpha))
  const outOf = (x: Tensor, at: Level) => (flow ? x : scale(x, 1 / at.alpha))
  const seen = (p: Prediction, y: Tensor, at: Level): Prediction => (flow ? straight(p, y, at) : p)
  const framed: Run = {
    ...run,
    x: outOf(run.x, run.intervals[0]!.from),
    intervals: run.intervals.map(({ from, to }) => ({ from: frame(from), to: frame(to) })),
    skipped: run.skipped.map(({ from, to }) => ({ from: frame(from), to: frame(to) })),
    denoise: async (y, at) => seen(await run.denoise(into(y, at), own(at)), y, at),
    read: (output, y, at) => seen(run.read(output, into(y, at), own(at)), y, at),
    noise: (from, to, shape) => run.noise(own(from), own(to), shape),
    level: where => frame(run.level(flow ? sigmaOf(where) : lambdaOf(where))),
  }
  const steps = solve(framed, options)
  for (;;) {
    const step = await steps.next()
    if (step.done) return into(step.value, framed.intervals.at(-1)!.to)
    yield { ...step.value, x: into(step.value.x, step.value.level), level: own(step.value.level) }
  }
}

const sigmaOf = (where: Where): Where => ('lambda' in where ? { sigma: Math.exp(-where.lambda) } : where)
const lambdaOf = (where: Where): Where => ('sigma' in where ? { lambda: -Math.log(where.sigma) } : where)

/** A flow model's prediction with the slope dx/dsigma = (x - clean) / sigma in place of the noise. */
function straight(p: Prediction, x: Tensor, at: Level): Prediction {
  let slope: Tensor | undefined
  const residual = () => (slope ??= mix([1 / at.sigma, x], [-1 / at.sigma, p.clean]))
  return {
    output: p.output, ...(p.variance && { variance: p.variance }), ...(p.unconditional && { unconditional: straight(p.unconditional, x, at) }),
    get clean() { return p.clean },
    get noise() { return residual() },
    get residual() { return residual() },
  }
}
