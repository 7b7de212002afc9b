import type { Config } from './config.js'

/**
 * mu, the logarithm of the shift, of a flow model whose schedule depends on the size of the picture: linear in the number of
 * patches of x (2x2 but for some transformers) between two sizes that the config names (Esser et al. 2024, section 5.3.2; FLUX).
 * Without a shape it is the config's for its smallest size.
 */
export function dynamicShift(className: string, config: Config, shape: readonly number[] | undefined, patch = 2): number | undefined {
  const linearByOthers = config.time_shift_type === 'linear' && /^(DPMSolver|DEIS)/.test(className)
  if (config.use_dynamic_shifting !== true || linearByOthers) return undefined
  const value = (key: string, otherwise: number) => (typeof config[key] === 'number' ? config[key] : otherwise)
  const [low, high] = [value('base_image_seq_len', 256), value('max_image_seq_len', 4096)]
  const [base, max] = [value('base_shift', 0.5), value('max_shift', 1.15)]
  const patches = shape && shape.length >= 2 ? Math.floor(shape.at(-1)! / patch) * Math.floor(shape.at(-2)! / patch) : low
  return base + ((max - base) * (patches - low)) / (high - low)
}
