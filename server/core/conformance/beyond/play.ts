import { chain, level, mix, parseOptions, shortOfPureNoise, type Denoiser, type Level, type Prediction, type Sampler, type Tensor } from '../../../../plugins/sdk/index.js'
import { findSampler } from '../../registry.js'
import { comfyTable } from '../../tables/comfy.js'
import { exploding, levelIn, straight } from '../../tables/spaces.js'
import { closedForm, stepNoise } from '../forms.js'
import type { BeyondHeader, Network, SampleCase } from './case.js'
import { optionsOf, pluginName } from './names.js'

/** Runs a case through the plugin that goes by its name, in the space that it was recorded in. */
export async function play(c: SampleCase, header: BeyondHeader, samplers: readonly Sampler[]): Promise<Tensor> {
  const { sampler, options: preset } = findSampler(samplers, pluginName(c.sampler))
  const options = parseOptions(sampler.name, sampler.options, { ...preset, ...optionsOf(c) })
  const flow = c.space === 'flow'
  const space = flow ? straight : exploding
  const find = levelIn({ ...space, timeOf: s => s, sigmaAt: t => t })
  const sigmas = sigmasOf(c)
  const levels = sigmas.map(s => level(s, s, space.alpha(s)))
  const start = levels[0]!
  const intervals = flow && c.sampling && sampler.finite?.(options) ? shortOfPureNoise(chain(levels), find, comfyTable(c.sampling).percentToSigma(1e-4)) : chain(levels)
  const draw = stepNoise(c.noise_seed, c.shape)
  const steps = sampler.sample({
    x: startOf(c, header, start.sigma), intervals, skipped: [], level: find, ...networkOf(c), noise: (_from, _to, shape) => draw(shape),
  }, options)
  for (;;) {
    const step = await steps.next()
    if (step.done) return step.value
  }
}

/** The list given, or the two ends of samplers that make their own steps. */
function sigmasOf({ sigmas, options: { sigma_max, sigma_min } }: SampleCase): readonly number[] {
  if (sigmas) return sigmas
  if (typeof sigma_max !== 'number' || typeof sigma_min !== 'number') throw new RangeError('The case has neither sigmas nor sigma_min and sigma_max.')
  if (!(sigma_min > 0 && sigma_max > 0)) throw new RangeError(`sigma_min and sigma_max must be above 0, got ${sigma_min} and ${sigma_max}.`)
  return [Math.fround(sigma_max), Math.fround(sigma_min)]
}

function startOf({ start, space, shape }: SampleCase, { init, image }: BeyondHeader, sigma: number): Tensor {
  const noise = closedForm(init, shape)
  return start === 'noise' ? mix([sigma, noise]) : mix([space === 'flow' ? 1 - sigma : 1, closedForm(image, shape)], [sigma, noise])
}

/** The closed forms as a network: its output is the clean estimate itself. */
function networkOf({ model, uncond, guidance }: SampleCase): Denoiser {
  const estimate = (f: (x: number) => number, x: Tensor): Tensor => ({ shape: x.shape, data: x.data.map(f) })
  const read = (clean: Tensor, x: Tensor, at: Level): Prediction => {
    const noise = () => mix([1 / at.sigma, x], [-at.alpha / at.sigma, clean])
    return { clean, output: clean, get noise() { return noise() }, get residual() { return noise() } }
  }
  return {
    read,
    denoise: async (x, at) => {
      const conditional = cleanOf(model, at.sigma)
      if (!uncond) return read(estimate(conditional, x), x, at)
      const plain = cleanOf(uncond, at.sigma)
      const g = guidance ?? 1
      const guided = read(estimate(v => plain(v) + g * (conditional(v) - plain(v)), x), x, at)
      return Object.defineProperty(guided, 'unconditional', { value: read(estimate(plain, x), x, at), enumerable: true })
    },
  }
}

/** D(x, s), element by element. */
function cleanOf({ kind, a0, a1, a2, c, w, p }: Network, s: number): (x: number) => number {
  const F = (x: number, u: number) => (a0 + (a1 * u) / (u + a2)) * x + c * Math.sin(w * x + p)
  const q = Math.hypot(1, s)
  const y = (x: number) => F(x / q, s / (1 + s))
  switch (kind) {
    case 'eps': return x => x - s * y(x)
    case 'v': return x => x / (q * q) - (s * y(x)) / q
    case 'x0': return y
    case 'flow': return x => x - s * F(x, s)
    default: throw new RangeError(`No closed form of the kind "${String(kind)}".`)
  }
}
