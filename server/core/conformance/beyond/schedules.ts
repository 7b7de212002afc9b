import { parseOptions, type NoiseTable, type Schedule } from '../../../../plugins/sdk/index.js'
import { find } from '../../registry.js'
import { comfyTable } from '../../tables/comfy.js'
import { rint } from '../../tables/numeric.js'
import { failed, measured, passed, worst, type CaseResult } from '../report.js'
import type { ScheduleCase, TableCase } from './case.js'

type Given = Readonly<Record<string, unknown>>
type Translate = (args: Given, c: ScheduleCase) => Given

const renamed: Readonly<Record<string, string>> = {
  sigma_min: 'sigmaMin', sigma_max: 'sigmaMax', rho: 'rho', beta_d: 'betaD', beta_min: 'betaMin', eps_s: 'epsilon', mu: 'mu', beta: 'beta', alpha: 'alpha',
  threshold_noise: 'threshold', linear_steps: 'linearSteps', coeff: 'coefficient', model_type: 'table', denoise: 'strength',
}
const tables: Readonly<Record<string, string>> = { SD1: 'sd15', 'SD 1.5': 'sd15', sd15: 'sd15', SDXL: 'sdxl', sdxl: 'sdxl', SVD: 'svd', FLUX: 'flux', Wan: 'wan', Chroma: 'chroma' }
const table: Translate = ({ model_type, denoise: _, ...args }) => ({ ...args, ...(typeof model_type === 'string' && { table: tables[model_type] ?? model_type }) })

const translate: Readonly<Record<string, Translate>> = {
  laplace: args => ({ ...args, endClean: false }),
  beta: (args, { source }) => (source === 'webui' ? { ...args, over: 'sigma' } : args),
  kl_optimal: (args, { source }) => (source === 'webui' ? { ...args, end: 'smallest' } : args),
  align_your_steps: (args, c) => {
    const { table: model, ...rest } = table(args, c)
    return { ...rest, model, ...(c.source === 'webui' ? { end: 'appended' } : { digits: 'comfyui' }) }
  },
  optimal_steps: table,
  gits: ({ denoise: _, ...args }) => args,
}
/** Schedules whose strength below 1 keeps the last round(n strength) steps. */
const shortened = ['align_your_steps', 'gits', 'optimal_steps']

export function scheduleCase(c: ScheduleCase, schedules: readonly Schedule[]): CaseResult {
  const schedule = find('schedule', schedules, c.name, 'schedule.name')
  const args = c.args ?? {}
  const translated = (translate[c.name] ?? (it => it))(args, c)
  const options = parseOptions(schedule.name, schedule.options, Object.fromEntries(Object.entries(translated).map(([k, v]) => [renamed[k] ?? k, v])))
  const request = c.table ? comfyTable(c.table) : between(args)
  let { sigmas } = schedule.grid({ ...request, steps: c.n, config: {} }, options)
  if (shortened.includes(c.name) && typeof args.denoise === 'number') sigmas = sigmas.slice(-rint(c.n * args.denoise) - 1)
  if (c.kind === 'nonfinite') return sigmas.every(Number.isFinite) ? passed(c.id, 'finite here') : failed(c.id, 'is not finite')
  return measured(c.id, worst(sigmas, c.sigmas, wanted => Math.abs(wanted) || Number.MIN_VALUE), Math.max(1e-6, 4 * c.noise_floor), 'a sigma')
}

/** For schedules that know no model: their two ends, where the case gives them. */
const between = ({ sigma_min, sigma_max }: Given): NoiseTable => ({
  space: 'variance', sigmas: [typeof sigma_min === 'number' ? sigma_min : 0.0291675, typeof sigma_max === 'number' ? sigma_max : 14.614642], sigmaAt: t => t, timeOf: s => s,
})

export function tableCase(c: TableCase, id: string): CaseResult {
  const made = comfyTable(c.table)
  if (made.sigmas.length !== c.length) return failed(id, `has ${made.sigmas.length} entries, ${c.length} were recorded`)
  const relative = (wanted: number) => Math.abs(wanted) || 1
  const sum = (f: (s: number) => number) => made.sigmas.reduce((all, s) => all + f(s), 0)
  const checks: [readonly number[], readonly number[]][] = [
    [c.indices.map(i => made.sigmas[i]!), c.sigmas], [[sum(s => s), sum(s => s * s)], [c.sum, c.sum_squares]],
    [(c.percent ?? []).map(p => made.percentToSigma(p)), c.percent_to_sigma ?? []],
    [(c.t ?? []).map(t => made.sigmaAt(t)), c.sigma_of_t ?? []], [(c.sigma ?? []).map(s => made.timeOf(s)), c.t_of_sigma ?? []],
  ]
  return measured(id, Math.max(...checks.map(([got, want]) => worst(got, want, relative))), Math.max(1e-6, 4 * c.noise_floor), 'the table')
}
