import { readdir } from 'node:fs/promises'
import { mix, parseOptions, type Sampler, type Tensor } from '../../../plugins/sdk/index.js'
import { denoiser } from '../denoiser.js'
import { NoisegraphError } from '../errors.js'
import { noiseTable } from '../noise-table.js'
import { planRun } from '../plan.js'
import { schedules } from './index.js'

const models = {
  'stable diffusion': { _class_name: 'EulerDiscreteScheduler', beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear', prediction_type: 'epsilon' },
  'zero terminal SNR': { _class_name: 'DDIMScheduler', beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear', rescale_betas_zero_snr: true, timestep_spacing: 'trailing', prediction_type: 'v_prediction', clip_sample: false },
  flow: { _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 3 },
}
const given: Readonly<Record<string, Record<string, unknown>>> = { custom: { sigmas: [0.9, 0.5, 0.2] } }

const folder = new URL('../../../plugins/samplers/', import.meta.url)
const samplers: Sampler[] = []
for (const file of await readdir(folder)) if (/(?<!\.test)\.js$/.test(file)) samplers.push(((await import(new URL(file, folder).href)) as { default: Sampler }).default)
/** Of all pairs, those of these schedules with every sampler, and of these samplers with every schedule. */
const [everywhere, broad] = [['karras', 'trailing', 'sgm-uniform'], ['euler', 'dpmpp-2m', 'unipc']]
const names = samplers.flatMap(s => [s.name, ...Object.keys(s.presets ?? {})])

test('the folder is the list', async () => {
  const files = (await readdir(new URL('.', import.meta.url))).filter(f => /\.js$/.test(f) && !/test|^index|^limits/.test(f)).map(f => f.slice(0, -3))
  expect(schedules.map(s => s.name).sort()).toEqual(files.sort())
})

for (const [model, config] of Object.entries(models)) {
  const { _class_name, ...rest } = config
  const table = noiseTable(_class_name, rest)

  test(`${model}: every schedule descends to 0 within the model's levels, for any number of steps`, () => {
    for (const schedule of schedules.filter(s => !s.space || s.space === table.space)) for (const steps of [1, 2, 3, 7, 10, 20, 31, 50, 100]) {
      const where = `${schedule.name} at ${steps}`
      const { sigmas, timesteps } = schedule.grid({ ...table, steps, config: rest }, parseOptions(schedule.name, schedule.options, given[schedule.name]))
      expect([where, sigmas.every(Number.isFinite), sigmas.at(-1)]).toEqual([where, true, 0])
      expect([where, sigmas.slice(1).every((s, i) => s <= sigmas[i]!)]).toEqual([where, true])
      if (timesteps) expect([where, timesteps.length]).toEqual([where, sigmas.length - 1])
      if (table.space === 'flow') expect([where, sigmas[0]! <= 1]).toEqual([where, true])
    }
  })

  test(`${model}: every sampler walks every schedule to a finite end, or says why it cannot`, async () => {
    const problems: string[] = []
    for (const name of names) for (const schedule of schedules.filter(s => everywhere.includes(s.name) || broad.includes(name))) {
      const end = await run(config, name, schedule.name).catch((error: unknown) => error)
      if (end instanceof NoisegraphError) { if (end.code !== 'INCOMPATIBLE' || end.message.length < 40) problems.push(`${name} on ${schedule.name}: ${end.message}`) }
      else if (end instanceof Error) problems.push(`${name} on ${schedule.name}: ${end.message}`)
      else if (!(end as Tensor).data.every(Number.isFinite)) problems.push(`${name} on ${schedule.name}: not finite`)
    }
    expect(problems).toEqual([])
  })
}

async function run(scheduler: Readonly<Record<string, unknown>>, sampler: string, schedule: string): Promise<Tensor> {
  const plan = planRun({ scheduler, sampler: { name: sampler, options: {} }, schedule: { name: schedule, options: given[schedule] ?? {} }, steps: 6 }, { samplers })
  let draws = 0
  const network = (x: Tensor) => Promise.resolve({ output: mix([0.7, x]), unconditional: mix([0.6, x]) })
  const noise = (): Tensor => ({ shape: [1, 1, 2, 2], data: Float32Array.from({ length: 4 }, () => Math.sin(12.9 * ++draws)) })
  const steps = plan.sampler.sample({ ...plan, x: mix([plan.initNoiseSigma, noise()]), ...denoiser(network, plan.precondition, plan.limit), noise }, plan.options as never)
  for (let yielded = 0; ; yielded++) {
    const step = await steps.next()
    const expected = plan.sampler.steps ? plan.sampler.steps(plan.intervals, plan.options as never) : plan.intervals.length
    if (step.done && expected !== null && yielded !== expected) throw new Error(`yields ${yielded} times, not ${expected}`)
    if (step.done) return step.value
  }
}
