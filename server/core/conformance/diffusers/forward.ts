import { sizeOf, type Level, type Tensor } from '../../../../plugins/sdk/index.js'
import { fromDiffusers } from '../../diffusers/from-diffusers.js'
import { noised, trainedLevels, velocity } from '../../forward-process.js'
import { closedForm, decode, stepNoise } from '../forms.js'
import { failed, measured, passed, worst, type CaseResult } from '../report.js'
import type { Header, Recorded } from './case.js'

/** A picture noised, or the velocity of it, with a timestep for each picture of the batch. */
export function forwardProcess(c: Recorded, header: Header): CaseResult {
  const clean = closedForm(header.image, c.shape)
  const noise = stepNoise(c.noise_seed, c.shape)()
  const levels = levelsOf(c)
  const apply = c.kind === 'get_velocity' ? velocity : noised
  const batch = c.shape[0]!
  const pictures = Array.from({ length: batch }, (_, i) => apply(picture(clean, i), levels[levels.length === 1 ? 0 : i]!, picture(noise, i)).data)
  const got = Float32Array.from(pictures.flatMap(data => [...data]))
  const { final, max_abs } = c as unknown as { final: string; max_abs: number }
  return measured(c.id, worst(got, decode(final)), 1e-6 * Math.max(1, max_abs))
}

function levelsOf(c: Recorded): Level[] {
  const recipe = fromDiffusers(c.class, c.config, { steps: c.steps, schedule: c.set_timesteps ?? {} })
  if (!recipe.noised) throw new RangeError(`${c.class} cannot noise a picture.`)
  // EulerDiscreteScheduler.get_velocity reads the training table at the place in the schedule in place of the timestep.
  if (c.kind === 'get_velocity' && c.class.startsWith('EulerDiscrete')) {
    const { at } = trainedLevels({ ...c.config, _class_name: c.class })
    return c.timesteps!.map(t => at(recipe.intervals.findIndex(({ from }) => Math.abs(from.t - t) < 1e-3)))
  }
  return c.timesteps!.map(t => recipe.noised!(t))
}

function picture({ shape, data }: Tensor, i: number): Tensor {
  const size = sizeOf(shape) / shape[0]!
  return { shape: [1, ...shape.slice(1)], data: data.subarray(i * size, (i + 1) * size) }
}

/** Where the schedule goes from each of its timesteps; without a step count, over the whole training table. */
export function previousTimestep(c: Recorded): CaseResult {
  const { intervals } = fromDiffusers(c.class, c.config, { steps: c.steps ?? Number(c.config.num_train_timesteps ?? 1000), schedule: c.set_timesteps ?? {} })
  const previous = new Map(intervals.map(({ from }, i) => [from.t, intervals[i + 1]?.from.t ?? -1]))
  const { previous: want } = c as unknown as { previous: readonly number[] }
  return measured(c.id, worst(c.timesteps!.map(t => previous.get(t) ?? NaN), want), 0, 'a timestep')
}

/** A call of the forward process, or of the schedule, that must fail. */
export function refusedForward(c: Recorded): CaseResult {
  try {
    const { noised: has } = fromDiffusers(c.class, c.config, { steps: c.steps, schedule: c.set_timesteps ?? {} })
    const { operation } = c as unknown as { operation: string }
    if (/noise/.test(operation) && !has) return passed(c.id, `${c.class} cannot noise a picture`)
    return failed(c.id, `was not refused: ${c.reason ?? ''}`)
  } catch (error) {
    if (error instanceof RangeError) return passed(c.id, `refused: ${error.message}`)
    throw error
  }
}
