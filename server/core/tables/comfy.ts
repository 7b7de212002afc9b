import type { NoiseTable } from '../../../plugins/sdk/index.js'
import { f32, interpolate, linspace, range } from './numeric.js'

/** A model's noise levels as ComfyUI counts them, and the sigma at a share of the way from noise (0) to clean (1). */
export interface ComfyTable extends NoiseTable { percentToSigma(percent: number): number }

export type ComfyModel =
  | { readonly type: 'discrete'; readonly settings?: { readonly zsnr?: boolean } }
  | { readonly type: 'flow'; readonly settings?: { readonly shift?: number; readonly multiplier?: number } }
  | { readonly type: 'flux'; readonly settings?: { readonly shift?: number } }
  | { readonly type: 'edm' | 'v'; readonly settings?: { readonly sigma_min?: number; readonly sigma_max?: number } }
  | { readonly type: 'cascade'; readonly settings?: { readonly shift?: number } }

/** What stands for an infinite sigma at 0 percent. */
const infinite = 999999999.9
const within = (middle: (p: number) => number, start: number) => (p: number) => (p <= 0 ? start : p >= 1 ? 0 : middle(p))

/** The model sigma tables of ComfyUI, by its own names. */
export function comfyTable(model: ComfyModel): ComfyTable {
  switch (model.type) {
    case 'discrete': return discrete(model.settings?.zsnr ?? false)
    case 'flow': {
      const { shift = 1, multiplier = 1000 } = model.settings ?? {}
      return straight(t => (shift * t) / (1 + (shift - 1) * t), 1000, multiplier)
    }
    case 'flux': {
      const e = Math.exp(model.settings?.shift ?? 1.15)
      return straight(t => e / (e + 1 / t - 1), 10000, 1)
    }
    case 'edm': return continuous(model.settings, s => Math.log(s) / 4, t => Math.exp(4 * t))
    case 'v': return continuous(model.settings, s => (2 * Math.atan(s)) / Math.PI, t => Math.tan((t * Math.PI) / 2))
    case 'cascade': return cascade(model.settings?.shift ?? 1)
    default: throw new RangeError(`No sigma table of the type "${String((model as { type: unknown }).type)}"; there are discrete, flow, flux, edm, v, cascade.`)
  }
}

/** Scaled-linear betas over 1000 timesteps, as Stable Diffusion 1, 2 and XL; sigma between them is interpolated in its logarithm. */
function discrete(zsnr: boolean): ComfyTable {
  let product = 1
  let abar = linspace(Math.sqrt(0.00085), Math.sqrt(0.012), 1000).map(b => (product *= 1 - b * b))
  if (zsnr) {
    const [first, last] = [Math.sqrt(abar[0]!), Math.sqrt(abar.at(-1)!)]
    abar = abar.map(a => (((Math.sqrt(a) - last) * first) / (first - last)) ** 2)
    abar[999] = 4.8973451890853435e-8
  }
  const sigmas = abar.map(a => f32(Math.sqrt((1 - a) / a)))
  const logs = sigmas.map(Math.log)
  // Times are kept in single precision there, which shows between the last two levels of zero terminal SNR.
  const sigmaAt = (t: number) => Math.exp(interpolate(logs, f32(t)))
  const timeOf = (sigma: number) => {
    const log = Math.log(sigma)
    return logs.reduce((best, l, i) => (Math.abs(l - log) < Math.abs(logs[best]! - log) ? i : best), 0)
  }
  return { space: 'variance', sigmas, sigmaAt, timeOf, percentToSigma: within(p => sigmaAt((1 - p) * 999), infinite) }
}

/** Flow models. The time told to the network is sigma itself times the multiplier, whatever the shift: timeOf does not undo sigmaAt. */
const straight = (shifted: (t: number) => number, entries: number, multiplier: number): ComfyTable => ({
  space: 'flow', sigmas: range(entries, i => shifted((i + 1) / entries)),
  sigmaAt: t => shifted(t / multiplier), timeOf: sigma => sigma * multiplier, percentToSigma: within(p => shifted(1 - p), 1),
})

/** EDM and continuous v-prediction models: a table even in log sigma. */
function continuous(settings: { readonly sigma_min?: number; readonly sigma_max?: number } | undefined, timeOf: (s: number) => number, sigmaAt: (t: number) => number): ComfyTable {
  const [low, high] = [Math.log(settings?.sigma_min ?? 0.002), Math.log(settings?.sigma_max ?? 120)]
  return { space: 'variance', sigmas: linspace(low, high, 1000).map(Math.exp), sigmaAt, timeOf, percentToSigma: within(p => Math.exp(low + (1 - p) * (high - low)), infinite) }
}

/** Stable Cascade: cosine levels, their log signal-to-noise ratio moved by -2 log(shift). */
function cascade(shift: number): ComfyTable {
  const s = 0.008
  const squared = (t: number) => Math.cos(((t + s) / (1 + s)) * Math.PI * 0.5) ** 2
  const first = squared(0)
  const sigmaAt = (t: number) => {
    const a = squared(t) / first
    const moved = a / (a + (1 - a) * shift * shift)
    const kept = Math.min(0.9999, Math.max(0.0001, moved))
    return Math.sqrt((1 - kept) / kept)
  }
  return {
    space: 'variance', sigmas: range(10000, i => sigmaAt((i + 1) / 10000)), sigmaAt,
    timeOf: sigma => (Math.acos(Math.sqrt(Math.min(1, first / (sigma * sigma + 1)))) / (Math.PI * 0.5)) * (1 + s) - s,
    percentToSigma: within(p => sigmaAt(1 - p), infinite),
  }
}
