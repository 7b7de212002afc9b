import { level, type Level } from '../level.js'
import type { Where } from '../sampler.js'

/** The spaces that a sampler must serve, each as the level at a lambda. */
export const curves = {
  exploding: (lambda: number, t: number): Level => level(t, Math.exp(-lambda)),
  preserving: (lambda: number, t: number): Level => level(t, 1 / Math.hypot(1, Math.exp(lambda)), 1 / Math.hypot(1, Math.exp(-lambda))),
  straight: (lambda: number, t: number): Level => level(t, 1 / (1 + Math.exp(lambda)), 1 / (1 + Math.exp(-lambda))),
} as const
export type SpaceOfTest = keyof typeof curves

/** Levels from noisy to clean, and how the space finds others. */
export interface Grid { readonly levels: readonly Level[]; level(where: Where): Level }

/**
 * n + 1 levels evenly spaced in lambda between -end and end, two timesteps apart, so that halves of steps have whole timesteps.
 * With `toClean` the last one is without any noise.
 */
export function evenGrid(space: SpaceOfTest, n: number, end = 3, toClean = false): Grid {
  const curve = curves[space]
  const steps = toClean ? n - 1 : n
  const at = (t: number) => curve(end - ((t - (toClean ? 2 : 0)) * end) / steps, t)
  const clean = level(0, 0)
  const find = (where: Where): Level => {
    if ('t' in where) return toClean && where.t <= 0 ? clean : at(where.t)
    if ('sigma' in where && where.sigma === 0) return { ...clean }
    const lambda = 'lambda' in where ? where.lambda : lambdaOf(space, where.sigma)
    if (lambda === Infinity) return { ...clean }
    return curve(lambda, ((end - lambda) * steps) / end + (toClean ? 2 : 0))
  }
  const levels = Array.from({ length: steps + 1 }, (_, i) => at(2 * (n - i)))
  return { levels: toClean ? [...levels, clean] : levels, level: find }
}

function lambdaOf(space: SpaceOfTest, sigma: number): number {
  if (space === 'exploding') return -Math.log(sigma)
  return space === 'straight' ? Math.log((1 - sigma) / sigma) : Math.log(Math.sqrt(1 - sigma ** 2) / sigma)
}
