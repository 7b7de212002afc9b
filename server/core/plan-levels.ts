import type { Plan } from './plan.js'

/** The levels of a run as columns: one row for the start of each step, and a last one for where the run ends. */
export interface PlanLevels {
  /** What the network is told; the last row is not asked about. */
  readonly timesteps: readonly number[]
  readonly alphas: readonly number[]
  readonly sigmas: readonly number[]
  /** alpha^2 / sigma^2; Infinity where no noise is left. */
  readonly signalToNoise: readonly number[]
}

export function planLevels({ intervals }: Pick<Plan, 'intervals'>): PlanLevels {
  const levels = [...intervals.map(({ from }) => from), intervals.at(-1)!.to]
  return {
    timesteps: levels.map(({ t }) => t), alphas: levels.map(({ alpha }) => alpha), sigmas: levels.map(({ sigma }) => sigma),
    signalToNoise: levels.map(({ alpha, sigma }) => (alpha / sigma) ** 2),
  }
}
