import type { EventBody } from '../core/services.js'
import type { Progress } from '../pipelines/pipeline.js'

type StepProgress = Extract<Progress, { type: 'step' }>

/** JSON and GraphQL have no infinity; the ends of some schedules do. */
export const finite = (value: number): number => Number.isFinite(value) ? value : Math.sign(value) * Number.MAX_VALUE || 0

/** Share of the newest step in the running mean of step times. */
const newest = 0.3

/** Times steps: how long each took, and how long the rest will take by a running mean. Steps replayed from the journal are left out of the mean. */
export function createMeter(now = () => performance.now()) {
  let before = now()
  let mean: number | undefined
  return {
    /** The next step begins here. */
    reset() { before = now() },
    step({ type, index, total, networkCalls, timestep, sigma }: StepProgress, replayed: boolean): Extract<EventBody, { type: 'step' }> {
      const milliseconds = now() - before
      before = now()
      if (!replayed) mean = mean === undefined ? milliseconds : mean + newest * (milliseconds - mean)
      const left = total === null ? null : Math.max(0, total - index - 1)
      return {
        type, index, total, networkCalls, timestep: finite(timestep), sigma: finite(sigma), milliseconds,
        percent: total === null ? null : Math.min(100, (100 * (index + 1)) / total),
        etaMilliseconds: left === null || mean === undefined ? null : left * mean,
      }
    },
  }
}
