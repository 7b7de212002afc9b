import type { Level, Sampler } from '../../../../plugins/sdk/index.js'
import { fromDiffusers } from '../../diffusers/from-diffusers.js'
import { trainedTable } from '../../noise-table.js'
import { measured, worst, type CaseResult } from '../report.js'
import type { Recorded, SampleCase } from './case.js'
import { makesTwoCalls, play } from './play.js'

const single = (wanted: number) => Math.max(1, Math.abs(wanted))

/** Betas and their cumulated product, as the class keeps them in single precision. */
export function tableCase(c: Recorded): CaseResult {
  const { betas, abar } = trainedTable(c.class, c.config)
  const want = c as unknown as { betas: readonly number[]; alphas_cumprod: readonly number[] }
  return measured(c.id, Math.max(worst(betas, want.betas, single), worst(abar, want.alphas_cumprod, single)), 1e-6, 'the table')
}

/** Where the sampler asks the network, and the levels of its steps, against what the class lists. */
export async function scheduleCase(c: Recorded, samplers: readonly Sampler[]): Promise<CaseResult> {
  const recipe = fromDiffusers(c.class, c.config, { steps: c.steps, schedule: c.set_timesteps ?? {} })
  const { calls } = await play({ ...probe, ...c, driver: c.class.startsWith('RePaint') ? 'repaint' : 'standard' } as unknown as SampleCase, { init: [1, 1, 0, 1], image: [1, 1, 0, 1] }, samplers)
  const last = recipe.intervals.at(-1)!.to
  const errors: number[] = []
  if (c.timesteps) errors.push(worst(ended(listed(c, recipe.intervals, calls), last.t, c.timesteps.length), c.timesteps, single))
  if (c.sigmas) errors.push(worst(levelsOf(c, recipe.intervals), c.sigmas, single))
  if (c.init_noise_sigma !== undefined) errors.push(worst([recipe.initNoiseSigma], [c.init_noise_sigma], single))
  return measured(c.id, Math.max(...errors), 1e-6, 'the schedule')
}
const probe = {
  shape: [1, 1, 2, 2], model: { a0: 0.5, a1: 0, a2: 1, c: 0, w: 0, p: 0 }, time: { map: 'identity', T: 1, k: 1 }, noise_seed: 1, step: {}, trace: [], probes: [], start: { mode: 'noise' },
}

type Intervals = ReturnType<typeof fromDiffusers>['intervals']

/** RePaint lists the timesteps that it climbs to as well, a stride at a time. */
function listed(c: Recorded, intervals: Intervals, calls: readonly Level[]): number[] {
  if (!c.class.startsWith('RePaint')) return calls.map(({ t }) => t)
  const stride = Math.floor(Number(c.config.num_train_timesteps ?? 1000) / Math.min(c.steps!, Number(c.config.num_train_timesteps ?? 1000)))
  return intervals.flatMap(({ from, to }) => to.sigma <= from.sigma ? [from.t] : (to.t + 1) % stride === 0 ? [to.t + 1] : [])
}

/** Some classes list the end of the schedule too. */
const ended = (times: readonly number[], end: number, length: number): number[] => (length === times.length + 1 ? [...times, end] : [...times])

/** Sigma of each call and of the end: as flow models count it, else as the noise of an unscaled picture. */
function levelsOf(c: Recorded, intervals: Intervals): number[] {
  const flow = /Flow|LTX|MiniMax/.test(c.class) || c.config.use_flow_sigmas === true
  const sigma = (at: Level) => (flow ? at.sigma : at.sigma / at.alpha)
  const listed = intervals.flatMap(({ from, to }) => (makesTwoCalls(c.class) ? [sigma(from), sigma(to)] : [sigma(from)]))
  // Consistency models stop at sigma_min, where their network is the identity.
  const end = c.class.startsWith('CMStochastic') ? Number(c.config.sigma_min ?? 0.002) : sigma(intervals.at(-1)!.to)
  // KDPM2 lists the end more than once.
  while (listed.length < c.sigmas!.length) listed.push(end)
  return listed.slice(0, c.sigmas!.length)
}
