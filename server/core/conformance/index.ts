/** Runs recorded vectors of other software through the plugins. A folder's format is known by its files. */
import type { Sampler, Schedule } from '../../../plugins/sdk/index.js'
import { schedules as builtIn } from '../schedules/index.js'
import { beyondCases } from './beyond/index.js'
import { diffusersCases } from './diffusers/index.js'
import { recordings } from './read.js'
import { report, type CaseResult, type Report } from './report.js'

export type { CaseResult, Report } from './report.js'

export interface Subjects { readonly samplers: readonly Sampler[]; readonly schedules?: readonly Schedule[] }

/** One format of recordings: whether a folder is of it, and its cases one by one. */
export interface Format {
  readonly name: string
  recognises(files: readonly string[]): boolean
  run(folder: string, files: readonly string[], subjects: Required<Subjects>): AsyncGenerator<CaseResult>
}
const formats: readonly Format[] = [diffusersCases, beyondCases]

/**
 * @param folder of `*.json.gz` recordings
 * @throws {RangeError} where no format has such files
 */
export async function runSamplerConformance(folder: string, { samplers, schedules = builtIn }: Subjects): Promise<Report> {
  const files = await recordings(folder)
  const format = formats.find(f => f.recognises(files))
  if (!format) throw new RangeError(`${folder} holds no recordings of a known format (${formats.map(f => f.name).join(', ')}).`)
  const cases: CaseResult[] = []
  for await (const result of format.run(folder, files, { samplers, schedules })) cases.push(result)
  return report(cases)
}
