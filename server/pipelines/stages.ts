import type { Tensor } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'
import { clip } from '../core/limits.js'
import type { Order } from '../core/order.js'
import { previous } from '../core/order-stages.js'
import type { Model } from '../models/model.js'
import { stack } from '../models/network.js'
import type { Journal, Progress } from './pipeline.js'
import { framesOf } from './raster.js'
import type { Stream } from './stream.js'

/** What one model hands to the next: a noisy sample, or a finished picture, for each picture of the request, and the noise that goes on. */
export interface Handed {
  readonly pictures: readonly Tensor[]
  readonly streams: readonly Stream[]
  /** Scheduler of a run that the next model goes on with; absent where it begins one of its own. */
  readonly scheduler?: Readonly<Record<string, unknown>>
  /** Steps and network calls that lie behind. */
  readonly steps: number
  readonly networkCalls: number
}

/** Each stage of an order as an order of its own. */
export const stagesOf = ({ stages = [], ...order }: Order): readonly Order[] => [order, ...stages.map(({ after: _, ...stage }) => ({ ...order, ...stage }))]

/** Whether the stage after this one takes over within its run. */
export const takenOver = ({ stages = [] }: Order, stage: number): boolean => (stages[stage]?.after ?? null) !== null

/** Steps that the stages after this one are going to take: those that take over take their share of the run. */
export const stepsAhead = ({ stages = [] }: Order, stage: number): number =>
  stages.slice(stage).reduce((sum, { steps, after }, i, later) => sum + (after === null ? steps : Math.round(steps * ((later[i + 1]?.after ?? 1) - after))), 0)

/** Options in which what the stage before made is in its place. */
export function withPrevious(options: Readonly<Record<string, unknown>>, picture: Tensor | undefined): Readonly<Record<string, unknown>> {
  if (!picture || !Object.values(options).includes(previous)) return options
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, value === previous ? picture : value]))
}

/** What the next stage is shown of a sample: itself, or the picture or the clip that it stands for. */
export async function shown(model: Model, sample: Tensor, asSample: boolean): Promise<Tensor> {
  if (asSample) return sample
  const frames: Tensor[] = []
  for (const frame of framesOf(sample)) frames.push(model.autoencoder ? await model.autoencoder.decode(frame) : frame)
  return clip(1)(stack(frames))
}

/** @throws INCOMPATIBLE where the sample of one model means nothing to another. */
export function checkHandover(from: Model, { channels, factor }: Model['facts'], name: string): void {
  if (from.facts.channels !== channels || from.facts.factor !== factor)
    throw new NoisegraphError('INCOMPATIBLE', `"${name}" cannot take over from "${from.folder.name}" within a run: its samples have ${channels} channels and ${factor} pixels a side, the other's ${from.facts.channels} and ${from.facts.factor}. Leave \`after\` out: it then takes the finished picture.`, 'stages')
}

/** A journal whose calls are counted on from stage to stage: what was written lies in it without gaps. */
export function continued(journal: Journal): { stage(): Journal } {
  let end = 0
  return {
    stage() {
      const begin = end
      const at = (call: number) => { end = Math.max(end, begin + call + 1); return begin + call }
      return { read: call => journal.read(at(call)), write: (call, output) => journal.write(at(call), output) }
    },
  }
}

/** Steps of a later stage are counted on. */
export const counted = (progress: Extract<Progress, { type: 'step' }>, { steps, networkCalls }: Pick<Handed, 'steps' | 'networkCalls'>, ahead: number): Progress =>
  ({ ...progress, index: progress.index + steps, total: progress.total === null ? null : progress.total + steps + ahead, networkCalls: progress.networkCalls + networkCalls })
