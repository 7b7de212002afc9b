import { interpolate, linspace } from './numeric.js'

/** As many levels as asked for along published ones, linearly in the logarithm over their index. All must be above 0. */
export function logLinear(levels: readonly number[], count: number): number[] {
  if (count === levels.length) return [...levels]
  const logs = levels.map(Math.log)
  return linspace(0, levels.length - 1, count).map(at => Math.exp(interpolate(logs, at)))
}
