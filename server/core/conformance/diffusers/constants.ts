import { parseOptions, type Schedule } from '../../../../plugins/sdk/index.js'
import { failed, measured, skipped, worst, type CaseResult } from '../report.js'

/** Published lists of noise levels, against the schedule plugin that holds them. */
export function* constants(file: string, content: Readonly<Record<string, unknown>>, schedules: readonly Schedule[]): Generator<CaseResult> {
  const lists = content.align_your_steps
  if (typeof lists !== 'object' || lists === null) {
    yield skipped(file, 'holds nothing that is known')
    return
  }
  
}
