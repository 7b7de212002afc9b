import { mix, type Conditioning, type Feeds, type NetworkCall, type Tensor } from '../../plugins/sdk/index.js'
import { joinChannels, part, stack } from '../models/network.js'
import type { Always } from './always.js'

/** One call of the network for one picture: a batch of 1, or of 2 and more where guidance compares. */
export interface Call { readonly x: Tensor; readonly t: number; readonly feeds: Feeds }

type Moment = Pick<NetworkCall, 't' | 'from' | 'to'>

/** The call for a scaled sample: without the condition first, as published pipelines have it, then what else guidance compares, the condition last. */
export async function callFor(conditioning: Conditioning, x: Tensor, moment: Moment, always: Always): Promise<Call> {
  const { unless, channels, also = [], during } = conditioning
  const when = { ...always.when, ...conditioning.when }
  const without = { ...always.unless, ...unless }
  const branches = unless
    ? [{ feeds: without, channels: channels?.unless }, ...also.map(a => ({ feeds: a.like === 'when' ? when : without, channels: a.channels })), { feeds: when, channels: channels?.when }]
    : [{ feeds: when, channels: channels?.when }]
  const names = Object.keys(when).filter(name => branches.every(b => name in b.feeds))
  const feeds: Feeds = Object.fromEntries(names.map(name => [name, stack(branches.map(b => b.feeds[name]!))]))
  const batch = branches.length
  const more = during && await during({ ...moment, x: stack(branches.map(() => x)), feeds, batch })
  return { x: stack(branches.map(b => (b.channels ? joinChannels(x, b.channels) : x))), t: moment.t, feeds: { ...feeds, ...more } }
}

/**
 * The network's answer as the sampler reads it (Ho & Salimans 2022, eq. 6, written with 1 as the plain conditional prediction).
 * Learned variances (twice the channels of x) are not guided: the conditional ones stand.
 */
export function combine(conditioning: Conditioning, scale: number, answer: Tensor, x: Tensor): { readonly output: Tensor; readonly unconditional?: Tensor } {
  if (!conditioning.unless) return { output: answer }
  const batch = answer.shape[0]!
  const [unless, when] = [part(answer, 0), part(answer, batch - 1)]
  const also = Array.from({ length: batch - 2 }, (_, i) => part(answer, i + 1))
  const guide = conditioning.guide ?? ((a: Tensor, b: Tensor, s: number) => mix([s, a], [1 - s, b]))
  if (when.data.length !== 2 * x.data.length) return { output: guide(when, unless, scale, also), unconditional: unless }
  const mean = (whole: Tensor): Tensor => ({ shape: x.shape, data: whole.data.slice(0, x.data.length) })
  const data = Float32Array.from(when.data)
  data.set(guide(mean(when), mean(unless), scale, also.map(mean)).data)
  return { output: { shape: when.shape, data }, unconditional: unless }
}
