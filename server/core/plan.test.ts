import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import type { Sampler } from '../../plugins/sdk/index.js'
import { NoisegraphError } from './errors.js'
import { planLevels } from './plan-levels.js'
import { planRun, type RunRequest } from './plan.js'

const folder = new URL('../../plugins/samplers/', import.meta.url)
const samplers: Sampler[] = []
for (const file of readdirSync(folder)) if (/(?<!\.test)\.js$/.test(file)) samplers.push(((await import(new URL(file, folder).href)) as { default: Sampler }).default)

const cosine = { _class_name: 'DDIMScheduler', beta_schedule: 'squaredcos_cap_v2', prediction_type: 'v_prediction', timestep_spacing: 'trailing', clip_sample: false, steps_offset: 1 }
const plan = (request: Partial<RunRequest>) => planRun({ scheduler: cosine, steps: 10, ...request }, { samplers })
const call = (name: string, options = {}) => ({ name, options })
const failure = (request: Partial<RunRequest>) => {
  try { plan(request) } catch (error) {
    expect(error).toBeInstanceOf(NoisegraphError)
    const { code, field, message } = error as NoisegraphError
    return { code, field, message }
  }
  throw new Error('was not refused')
}
const round = (values: readonly number[], digits = 3) => values.map(v => Number(v.toFixed(digits)))

test('the model decides what is left open', () => {
  const { name, options, intervals, unknownKeys } = plan({ scheduler: { ...cosine, colour: 'red', _diffusers_version: '0.42' } })
  expect([name, options]).toEqual(['ddim', { eta: 0, noiseFromClean: false }])
  expect(intervals.map(i => i.from.t)).toEqual([999, 899, 799, 699, 599, 499, 399, 299, 199, 99])
  expect(intervals.at(-1)!.to).toMatchObject({ alpha: 1, sigma: 0 })
  expect(unknownKeys).toEqual(['colour'])
})

test('another sampler keeps the training table, the prediction and the spacing of the model', () => {
  const { intervals, initNoiseSigma, precondition } = plan({ sampler: call('euler'), steps: 4 })
  expect(intervals.map(i => i.from.t)).toEqual([999, 749, 499, 249])
  expect(initNoiseSigma).toBe(intervals[0]!.from.sigma)
  const { alpha, sigma } = intervals[1]!.from
  expect(precondition(intervals[1]!.from).clean).toEqual([alpha / (alpha ** 2 + sigma ** 2), -sigma / Math.hypot(alpha, sigma)])
})

test('what a class leaves out is its own default, whatever sampler runs', () => {
  const heun = { _class_name: 'HeunDiscreteScheduler' }
  const [a, b] = [plan({ scheduler: heun, sampler: call('euler') }), plan({ scheduler: { _class_name: 'EulerDiscreteScheduler', beta_start: 0.00085, beta_end: 0.012 } })]
  expect(a.intervals).toEqual(b.intervals)
})

test('a preset, over it what the caller gives, below it what the model says', () => {
  expect(plan({ sampler: call('dpmpp-2m-sde') }).options).toMatchObject({ stochastic: true, order: 2 })
  expect(plan({ sampler: call('dpmpp-2m-sde', { order: 3 }) }).options).toMatchObject({ stochastic: true, order: 3 })
  const learned = { _class_name: 'DDPMScheduler', variance_type: 'learned_range' }
  expect(plan({ scheduler: learned, sampler: call('ddpm') }).options).toMatchObject({ variance: 'learned_range' })
})

test('the sampler and options of a plan make the same plan', () => {
  for (const asked of ['dpmpp-2m-sde', 'euler-ancestral', 'unipc']) {
    const once = plan({ sampler: call(asked) })
    const again = plan({ sampler: { name: once.name, options: once.options } })
    expect([again.options, again.intervals]).toEqual([once.options, once.intervals])
  }
})

test('a schedule takes the place of the spacing, in the space of the sampler', () => {
  const scheduler = { _class_name: 'PNDMScheduler', beta_schedule: 'scaled_linear', beta_start: 0.00085, beta_end: 0.012, skip_prk_steps: true }
  const exploding = plan({ scheduler, sampler: call('euler'), schedule: call('karras'), steps: 4 })
  const preserving = plan({ scheduler, sampler: call('dpmpp-2m'), schedule: call('karras'), steps: 4 })
  expect(round(planLevels(exploding).sigmas)).toEqual([14.615, 3.169, 0.447, 0.029, 0])
  const published = plan({ scheduler: { ...scheduler, _class_name: 'DPMSolverMultistepScheduler', use_karras_sigmas: true, skip_prk_steps: undefined }, steps: 4 })
  expect(preserving.intervals).toEqual(published.intervals)
  for (const { from } of preserving.intervals) expect(Math.hypot(from.alpha, from.sigma)).toBeCloseTo(1, 12)
  expect(round(preserving.intervals.map(({ from }) => from.sigma / from.alpha))).toEqual([14.615, 3.169, 0.447, 0.029])
})

test('image to image walks the rest of the schedule, by either rule', () => {
  const skip = plan({ part: { strength: 0.35 } })
  expect([skip.skipped.length, skip.intervals.length]).toEqual([7, 3])
  const stretch = plan({ part: { strength: 0.35, rule: 'stretch' } })
  expect([stretch.skipped.length, stretch.intervals.length]).toEqual([18, 10])
  const middle = plan({ part: { startStep: 2, endStep: 5, leftoverNoise: false } })
  expect(middle.intervals.map(i => i.from.t)).toEqual([799, 699, 599])
  expect(middle.intervals.at(-1)!.to.sigma).toBe(0)
})

test('flow models shift their schedule by the size of the picture', () => {
  const scheduler = { _class_name: 'FlowMatchEulerDiscreteScheduler', use_dynamic_shifting: true }
  const middle = (size: number) => plan({ scheduler, shape: [1, 16, size, size], steps: 2 }).intervals[1]!.from.sigma
  expect(middle(128)).toBeGreaterThan(middle(64))
  expect(plan({ scheduler, steps: 2 }).intervals).toEqual(plan({ scheduler, steps: 2, shape: [1, 16, 32, 32] }).intervals)
})

test.each<[string, Partial<RunRequest>, { code: string; field: string; message: string }]>([
  ['no steps', { steps: 0 }, { code: 'INVALID_OPTION', field: 'steps', message: 'steps must be a whole number from 1 to 1000, got 0.' }],
  ['half a step', { steps: 1.5 }, { code: 'INVALID_OPTION', field: 'steps', message: '1.5' }],
  ['more steps than timesteps', { scheduler: { ...cosine, num_train_timesteps: 5 } }, { code: 'INCOMPATIBLE', field: 'steps', message: '10 steps are more than the 5' }],
  ['an unknown sampler', { sampler: call('dpmpp-2n') }, { code: 'UNKNOWN_PLUGIN', field: 'sampler.name', message: 'Did you mean "dpmpp-2m"' }],
  ['an unknown schedule', { schedule: call('karas') }, { code: 'UNKNOWN_PLUGIN', field: 'schedule.name', message: 'Did you mean "karras"' }],
  ['an option out of range', { sampler: call('ddim', { eta: 2 }) }, { code: 'INVALID_OPTION', field: 'sampler.options.eta', message: 'from 0 to 1, got 2' }],
  ['an option of the schedule', { schedule: call('karras', { rho: NaN }) }, { code: 'INVALID_OPTION', field: 'schedule.options.rho', message: 'NaN' }],
  ['a strength above 1', { part: { strength: 1.1 } }, { code: 'INVALID_OPTION', field: 'strength', message: 'got 1.1' }],
  ['a strength that leaves no step', { part: { strength: 0.05 } }, { code: 'INVALID_OPTION', field: 'strength', message: 'No step is left' }],
  ['a schedule for a sampler that has its own', { sampler: call('pndm'), schedule: call('karras') }, { code: 'INCOMPATIBLE', field: 'schedule.name', message: 'whole strides' }],
  ['a sampler for a scheduler that goes with one alone', { scheduler: { _class_name: 'SCMScheduler' }, sampler: call('ddim'), steps: 2 }, { code: 'INCOMPATIBLE', field: 'sampler.name', message: 'lcm only' }],
  ['a scheduler that nothing stands for', { scheduler: { _class_name: 'AmusedScheduler' } }, { code: 'BROKEN_MODEL', field: 'model', message: 'AmusedScheduler' }],
  ['a config without a class', { scheduler: {} }, { code: 'BROKEN_MODEL', field: 'model', message: '_class_name' }],
  ['a config with a text for a number', { scheduler: { ...cosine, beta_schedule: 'linear', beta_start: 'small' } }, { code: 'BROKEN_MODEL', field: 'model', message: 'beta_start' }],
])('refused: %s', (_, request, { code, field, message }) => {
  expect(failure(request)).toEqual({ code, field, message: expect.stringContaining(message) })
})

test('whatever the model and the spacing, a schedule goes down to the clean end', () => {
  const scheduler = fc.record({
    _class_name: fc.constantFrom('DDIMScheduler', 'EulerDiscreteScheduler', 'DPMSolverMultistepScheduler', 'HeunDiscreteScheduler', 'UniPCMultistepScheduler', 'LMSDiscreteScheduler'),
    beta_schedule: fc.constantFrom('linear', 'scaled_linear', 'squaredcos_cap_v2'), beta_start: fc.double({ min: 1e-5, max: 1e-3, noNaN: true }), beta_end: fc.double({ min: 5e-3, max: 0.03, noNaN: true }),
    timestep_spacing: fc.constantFrom('leading', 'linspace', 'trailing'), num_train_timesteps: fc.integer({ min: 200, max: 2000 }),
    prediction_type: fc.constantFrom('epsilon', 'v_prediction', 'sample'),
  })
  const named = fc.option(fc.constantFrom('ddim', 'euler', 'euler-ancestral', 'heun', 'dpmpp-2m', 'dpmpp-2m-sde', 'unipc', 'lms', 'deis'), { nil: undefined })
  fc.assert(fc.property(scheduler, named, fc.integer({ min: 1, max: 100 }), (config, name, steps) => {
    let made
    try { made = planRun({ scheduler: config, steps, ...(name && { sampler: call(name) }) }, { samplers }) } catch (error) {
      expect((error as NoisegraphError).message).toMatch(/prediction_type "sample"/)
      return
    }
    const { timesteps, alphas, sigmas, signalToNoise } = planLevels(made)
    expect(made.intervals.length).toBeGreaterThanOrEqual(steps)
    for (const values of [timesteps, alphas, sigmas]) expect(values.every(Number.isFinite)).toBe(true)
    signalToNoise.slice(1).forEach((v, i) => expect(v).toBeGreaterThanOrEqual(signalToNoise[i]!))
    expect(sigmas.at(-1)!).toBeLessThan(0.2)
  }), { numRuns: 300 })
})

test('between two sigmas, a schedule leaves out the levels of a cosine table at which x is nothing but noise', () => {
  const first = (name: string, options = {}) => plan({ sampler: call('euler'), schedule: call(name, options) }).intervals[0]!.from.sigma
  expect(first('karras')).toBeCloseTo(80, 4)
  expect(first('exponential', { sigmaMax: 200 })).toBeCloseTo(200, 4)
  expect(first('normal')).toBeGreaterThan(10_000)
})

test('a sampler that cannot begin in pure noise begins below it, on a schedule that was made for another', () => {
  const start = (request: Partial<RunRequest>) => { const { intervals, initNoiseSigma } = plan(request); return { sigma: intervals[0]!.from.sigma, initNoiseSigma } }
  expect(start({ sampler: call('heun') })).toEqual({ sigma: 20, initNoiseSigma: 20 })
  expect(start({ sampler: call('euler') }).sigma).toBeGreaterThan(1000)
  const own = start({ scheduler: { ...cosine, _class_name: 'HeunDiscreteScheduler' } })
  expect(own.sigma).toBeGreaterThan(1000)
  expect(start({ scheduler: { ...cosine, _class_name: 'HeunDiscreteScheduler' }, sampler: call('heun') })).toEqual(own)
  const stable = { ...cosine, beta_schedule: 'scaled_linear', beta_start: 0.00085, beta_end: 0.012 }
  expect(start({ scheduler: stable, sampler: call('heun') }).sigma).toBeCloseTo(14.61, 1)
})

test('Flux hands its scheduler even steps to 1/n; Stable Diffusion 3 leaves them to it; strength keeps whole steps for both', () => {
  const flow = { scheduler: { _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 1 }, steps: 4 }
  const sigmas = (request: Partial<RunRequest>) => round(plan({ ...flow, ...request }).intervals.map(i => i.from.sigma))
  expect(sigmas({ pipeline: 'FluxPipeline' })).toEqual([1, 0.75, 0.5, 0.25])
  expect(sigmas({ pipeline: 'StableDiffusion3Pipeline' })).toEqual([1, 0.667, 0.334, 0.001])
  expect(sigmas({ pipeline: 'FluxImg2ImgPipeline', part: { strength: 0.6 } })).toEqual([0.75, 0.5, 0.25])
  expect(sigmas({ pipeline: 'StableDiffusionImg2ImgPipeline', part: { strength: 0.6 } })).toHaveLength(2)
  expect(sigmas({ handed: { sigmas: [1, 0.3] }, steps: 2 })).toEqual([1, 0.3])
})

test('patches of other sizes count in a shift by the size of the picture', () => {
  const scheduler = { _class_name: 'FlowMatchEulerDiscreteScheduler', use_dynamic_shifting: true, base_image_seq_len: 64, max_image_seq_len: 1024 }
  const second = (patch: number) => plan({ scheduler, steps: 4, shape: [1, 4, 32, 32], patch }).intervals[1]!.from.sigma
  expect(second(1)).toBeGreaterThan(second(2))
  expect(second(2)).toBeGreaterThan(second(4))
})
