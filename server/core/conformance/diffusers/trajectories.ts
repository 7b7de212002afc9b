import type { Sampler } from '../../../../plugins/sdk/index.js'
import { decode } from '../forms.js'
import { failed, measured, passed, worst, type CaseResult } from '../report.js'
import type { Header, SampleCase } from './case.js'
import { play } from './play.js'

/** A trajectory passes where its end lies within the case's own tolerance. */
export async function trajectory(c: SampleCase, header: Header, samplers: readonly Sampler[]): Promise<CaseResult> {
  const { x } = await play(c, header, samplers)
  return measured(c.id, worst(x.data, decode(c.final)), c.tol, 'the final sample')
}

/** Fields that a case that never ran leaves out. */
const plain = {
  shape: [1, 3, 4, 4], model: { a0: 0.7, a1: -0.5, a2: 0.5, c: 0.1, w: 3, p: 0 }, time: { map: 'ratio', T: 1000, k: 1 }, noise_seed: 1, step: {}, trace: [], probes: [],
}

/** A wrong request passes where it is refused; one that meets its first timestep twice may also run through. */
export async function refusal(c: SampleCase, header: Header, samplers: readonly Sampler[]): Promise<CaseResult> {
  const why = c.reason ?? ''
  try {
    const { x } = await play({ ...plain, ...c, start: { mode: 'noise' } } as SampleCase, header, samplers)
    if (/first timestep/.test(why) && x.data.every(Number.isFinite)) return passed(c.id, 'runs through, since steps are known by index')
    return failed(c.id, `was not refused: ${why}`)
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return passed(c.id, `refused: ${error.message}`)
    throw error
  }
}

/** A case whose recorded result is not finite passes with an error, with a finite result, or with the same trace before. */
export async function nonFinite(c: SampleCase, header: Header, samplers: readonly Sampler[]): Promise<CaseResult> {
  let states
  try {
    ({ states } = await play(c, header, samplers))
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return passed(c.id, `refused: ${error.message}`)
    throw error
  }
  for (const [i, row] of c.trace.slice(0, c.first_nonfinite_step).entries()) {
    const { data } = states[i + 1]!
    const got = [data.reduce((a, b) => a + b, 0), data.reduce((a, b) => a + Math.abs(b), 0), ...c.probes.map(p => data[p]!)]
    const error = worst(got, row)
    if (!(error <= 1e-5 * data.length)) return failed(c.id, `step ${i} departs by ${error.toExponential(2)} before anything is infinite`)
  }
  return passed(c.id, states.at(-1)!.data.every(Number.isFinite) ? 'finite here' : 'not finite here either')
}
