import { level, type Level, type Where } from '../../../plugins/sdk/index.js'

/** A family of levels: a curve alpha(sigma), and the time that belongs to each sigma. */
export interface Space {
  alpha(sigma: number): number
  /** sigma at a given log(alpha / sigma). */
  sigma(lambda: number): number
  timeOf(sigma: number): number
  sigmaAt(t: number): number
}

/** Finds levels of a space by any one of their coordinates. */
export const levelIn = (space: Space) => (where: Where): Level => {
  const sigma = 'sigma' in where ? where.sigma : 'lambda' in where ? space.sigma(where.lambda) : space.sigmaAt(where.t)
  return level('t' in where ? where.t : space.timeOf(sigma), sigma, space.alpha(sigma))
}

/** alpha = 1: x is the clean picture plus noise. */
export const exploding = { alpha: () => 1, sigma: (lambda: number) => Math.exp(-lambda) }
/** alpha = 1 - sigma: x lies on the line from the clean picture to noise. */
export const straight = { alpha: (sigma: number) => 1 - sigma, sigma: (lambda: number) => 1 / (1 + Math.exp(lambda)) }
/** alpha^2 + sigma^2 = 1. */
export const preserving = { alpha: (sigma: number) => Math.sqrt(1 - sigma ** 2), sigma: (lambda: number) => 1 / Math.hypot(1, Math.exp(lambda)) }
