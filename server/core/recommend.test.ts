import { readdir } from 'node:fs/promises'
import type { Sampler, Tensor } from '../../plugins/sdk/index.js'
import type { Network } from './denoiser.js'
import type { MeasuredRun } from './measured-run.js'
import { recommendSampler, type RecommendRequest, type Recommendation } from './recommend.js'
import { trainingTable } from './tables/training.js'

const scheduler = { _class_name: 'DDIMScheduler', num_train_timesteps: 1000, beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear', prediction_type: 'epsilon', clip_sample: false }
const { sigmaAt } = trainingTable({ ...scheduler, trained_betas: null, rescale_betas_zero_snr: false })

/** The exact noise prediction for two heaps at -0.6 and 0.8 of spread 0.1, element by element; x as the network gets it. */
const network: Network = (x: Tensor, t) => {
  const s = sigmaAt(t)
  const [alpha, sigma] = [1 / Math.hypot(1, s), s / Math.hypot(1, s)]
  const variance = (0.1 * alpha) ** 2 + sigma ** 2
  const output = x.data.map(v => {
    const [a, b] = [-0.6, 0.8].map(m => Math.exp(-((v - alpha * m) ** 2) / (2 * variance))) as [number, number]
    const centre = a + b > 0 ? (-0.6 * a + 0.8 * b) / (a + b) : v > 0 ? 0.8 : -0.6
    return (v - alpha * (centre + ((alpha * 0.01) / variance) * (v - alpha * centre))) / sigma
  })
  return Promise.resolve({ output: { shape: x.shape, data: output } })
}

const folder = new URL('../../plugins/samplers/', import.meta.url)
const samplers: Sampler[] = []
for (const file of await readdir(folder)) if (/(?<!\.test)\.js$/.test(file)) samplers.push(((await import(new URL(file, folder).href)) as { default: Sampler }).default)
async function recommended(request: RecommendRequest, onRun = (_index: number, _total: number) => {}): Promise<Recommendation> {
  const measuring = recommendSampler(request)
  for (;;) {
    const next = await measuring.next()
    if (next.done) return next.value
    onRun(next.value.index, next.value.total)
  }
}
const request = { scheduler, network, shape: [1, 1, 8, 8], samplers, referenceSteps: 40 }

test('better solvers come first, within the network calls allowed', async () => {
  const { best, table } = await recommended({ ...request, budget: { networkCalls: 12 }, candidates: ['euler', 'heun', 'dpmpp-2m'], schedules: ['karras'] })
  expect(table.every(row => row.networkCalls <= 12 && row.networkCalls >= 10)).toBe(true)
  // Six steps are too few for Heun's two calls each.
  expect(best.sampler).toBe('dpmpp-2m')
  expect(best.distance).toBeLessThan(0.7 * table.find(row => row.sampler === 'euler')!.distance)
  expect(table.map(row => row.distance)).toEqual([...table.map(row => row.distance)].sort((a, b) => a - b))
})

test('stochastic ones are measured against themselves, and get nearer with more calls', async () => {
  const ask = async (networkCalls: number) => (await recommended({ ...request, budget: { networkCalls }, stochastic: true, referenceSteps: 25, candidates: ['euler', 'dpmpp-2m-sde'], schedules: ['karras'] })).table
  const [few, many] = [await ask(5), await ask(20)]
  expect(few.map(row => row.sampler)).toEqual(['dpmpp-2m-sde'])
  expect(many[0]!.distance).toBeLessThan(few[0]!.distance)
})

test('a budget in milliseconds is turned into calls by the clock', async () => {
  let clock = 0
  const slow: Network = (x, t) => { clock += 5; return network(x, t) }
  const { networkCalls, millisecondsPerCall, table } = await recommended({ ...request, network: slow, now: () => clock, budget: { milliseconds: 52 }, candidates: ['ddim'], schedules: [null] })
  expect([millisecondsPerCall, networkCalls, table[0]!.steps, table[0]!.milliseconds]).toEqual([5, 10, 10, 50])
})

test('too small a budget is refused with what a call takes', async () => {
  await expect(recommended({ ...request, budget: { networkCalls: 0 } })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
})

test('a measurement that broke off goes on with the runs that it has, to the same table', async () => {
  const asked = { ...request, budget: { networkCalls: 6 }, candidates: ['euler', 'dpmpp-2m'], schedules: ['karras'] }
  const kept = new Map<number, MeasuredRun>()
  let made = 0
  const once: RecommendRequest['once'] = async (number, make) => {
    const run = kept.get(number) ?? (made++, await make())
    kept.set(number, run)
    return run
  }
  const seen: (readonly [number, number])[] = []
  await expect(recommended({ ...asked, once }, index => { if (index === 2) throw new Error('killed') })).rejects.toThrow('killed')
  const { table } = await recommended({ ...asked, once }, (index, total) => { seen.push([index, total]) })
  expect(seen).toEqual([0, 1, 2, 3, 4, 5].map(i => [i, 6]))
  expect(made).toBe(7)
  expect(table.map(row => row.distance)).toEqual((await recommended(asked)).table.map(row => row.distance))
})
