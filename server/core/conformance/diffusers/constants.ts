import { parseOptions, type NoiseTable, type Schedule } from '../../../../plugins/sdk/index.js'
import { failed, measured, skipped, worst, type CaseResult } from '../report.js'

/** Published lists of noise levels, against the schedule plugin that holds them. */
export function* constants(file: string, content: Readonly<Record<string, unknown>>, schedules: readonly Schedule[]): Generator<CaseResult> {
  const lists = content.align_your_steps as Readonly<Record<string, readonly number[]>> | undefined
  if (!lists) {
    yield skipped(file, 'holds nothing that is known')
    return
  }
  const plugin = schedules.find(({ name }) => name === 'align-your-steps')
  for (const [name, want] of Object.entries(lists)) yield plugin ? published(plugin, name, want) : failed(`align-your-steps-${name}`, 'no schedule is called align-your-steps')
}

/** A model of any sort: the published levels are the same for all. */
const anyModel: NoiseTable = { space: 'variance', sigmas: [0.03, 14.6], sigmaAt: t => t, timeOf: sigma => sigma }

/** `StableDiffusionXLSigmas` are the levels of ten steps of the model family `StableDiffusionXL`, `...Timesteps` its timesteps. */
function published(plugin: Schedule, name: string, want: readonly number[]): CaseResult {
  const id = `align-your-steps-${name}`
  const ofTimesteps = name.endsWith('Timesteps')
  const family = name.replace(/(Timesteps|Sigmas)$/, '')
  const option = plugin.options.model
  const model = option?.kind === 'choice' ? option.of.find(choice => families[family]?.test(choice)) : undefined
  if (model === undefined) return failed(id, `align-your-steps has no levels for ${family}`)
  const { sigmas, timesteps } = plugin.grid({ ...anyModel, steps: 10, config: {} }, parseOptions(plugin.name, plugin.options, { model }) as never)
  return measured(id, worst((ofTimesteps ? timesteps : sigmas) ?? [], want, v => Math.max(1, Math.abs(v))), 1e-6, 'the list')
}
const families: Readonly<Record<string, RegExp>> = { StableDiffusion: /^sd-?1/i, StableDiffusionXL: /^sd-?xl/i, StableDiffusionVideo: /^svd/i }
