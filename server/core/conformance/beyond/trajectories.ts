import type { Sampler } from '../../../../plugins/sdk/index.js'
import { decode } from '../forms.js'
import { failed, measured, passed, worst, type CaseResult } from '../report.js'
import type { BeyondHeader, SampleCase } from './case.js'
import { play } from './play.js'

/** A trajectory passes where its end lies within the case's tolerance of the single-precision run, or within 1e-6 of the one in double precision. */
export async function trajectory(c: SampleCase, header: BeyondHeader, samplers: readonly Sampler[]): Promise<CaseResult> {
  const x = await play(c, header, samplers)
  const single = measured(c.id, worst(x.data, decode(c.final)), c.tol, 'the final sample')
  if (single.status === 'passed' || !c.final64) return single
  const double = measured(c.id, worst(x.data, decode(c.final64)), 1e-6 * Math.max(1, c.max_abs), 'the final sample')
  return double.status === 'passed' ? double : single
}

/** A call that failed where it was recorded passes where it is refused, or, if the recording says so, where it gives a sound result. */
export async function refusal(c: SampleCase, header: BeyondHeader, samplers: readonly Sampler[]): Promise<CaseResult> {
  const reason = c.reason ?? ''
  try {
    const x = await play(c, header, samplers)
    if (/is (also )?right/.test(reason) && x.data.every(Number.isFinite)) return passed(c.id, `runs: ${reason}`)
    return failed(c.id, `was not refused: ${reason}`)
  } catch (error) {
    if (error instanceof RangeError) return passed(c.id, `refused: ${error.message}`)
    throw error
  }
}
