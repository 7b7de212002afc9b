import { mix, type Conditioning, type Feeds, type Tensor } from '../../plugins/sdk/index.js'
import { joinChannels, part, stack } from '../models/network.js'

/** One call of the network for one picture: a batch of 1, or of 2 where guidance compares. */
export interface Call { readonly x: Tensor; readonly t: number; readonly feeds: Feeds }

/** The call for a scaled sample: without the condition first, as published pipelines have it. */
export function callFor(conditioning: Conditioning, x: Tensor, t: number, always: Feeds): Call {
  const { when = {}, unless, channels } = conditioning
  const filled = (which: 'when' | 'unless') => (channels ? joinChannels(x, channels[which]) : x)
  if (!unless) return { x: filled('when'), t, feeds: { ...always, ...when } }
  const [without, with_] = [{ ...always, ...unless }, { ...always, ...when }]
  const names = Object.keys(with_).filter(name => name in without)
  return { x: stack([filled('unless'), filled('when')]), t, feeds: Object.fromEntries(names.map(name => [name, stack([without[name]!, with_[name]!])])) }
}

/**
 * The network's answer as the sampler reads it (Ho & Salimans 2022, eq. 6, written with 1 as the plain conditional prediction).
 * Learned variances (twice the channels of x) are not guided: the conditional ones stand.
 */
export function combine(conditioning: Conditioning, scale: number, answer: Tensor, x: Tensor): { readonly output: Tensor; readonly unconditional?: Tensor } {
  if (!conditioning.unless) return { output: answer }
  const [unless, when] = [part(answer, 0), part(answer, 1)]
  const guide = conditioning.guide ?? ((a: Tensor, b: Tensor, s: number) => mix([s, a], [1 - s, b]))
  if (when.data.length !== 2 * x.data.length) return { output: guide(when, unless, scale), unconditional: unless }
  const size = x.data.length
  const mean = (whole: Tensor): Tensor => ({ shape: x.shape, data: whole.data.slice(0, size) })
  const guided = guide(mean(when), mean(unless), scale)
  const data = Float32Array.from(when.data)
  data.set(guided.data)
  return { output: { shape: when.shape, data }, unconditional: unless }
}
