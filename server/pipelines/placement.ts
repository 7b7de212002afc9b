import type { Tensor } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'
import { part, stack, type Network } from '../models/network.js'
import type { Call } from './guidance.js'

/** Pictures that share one run of the network at most, and values of their samples together: activations grow with both. */
const together = 4
const valuesTogether = 2 ** 18

/** Whether a network answers a group of pictures as it answers each alone, by the shapes of the group. */
const trusted = new WeakMap<Network, Map<string, boolean>>()

/**
 * Answers the calls of several pictures, in their order. Pictures share a run of the network only where that changes no bit, which is tried once for each
 * network and size: which kernels a device picks, and in which order they add, depends on shapes and on nothing else.
 */
export async function answerCalls(network: Network, calls: readonly Call[], signal: AbortSignal): Promise<readonly Tensor[]> {
  const answers = new Map<Call, Tensor>()
  for (const group of groups(calls)) for (const [i, answer] of (await answerGroup(network, group, signal)).entries()) answers.set(group[i]!, answer)
  return calls.map(c => answers.get(c)!)
}

async function answerGroup(network: Network, group: readonly Call[], signal: AbortSignal): Promise<readonly Tensor[]> {
  const known = trusted.get(network) ?? new Map<string, boolean>()
  trusted.set(network, known)
  const key = `${group.length} x ${shapeOf(group[0]!)}`
  if (group.length === 1 || known.get(key) === false) return singly(network, group, signal)
  if (known.get(key)) return jointly(network, group, signal)
  const alone = await singly(network, group, signal)
  try {
    const joint = await jointly(network, group, signal)
    known.set(key, alone.every((a, i) => equal(a, joint[i]!)))
  } catch (error) {
    // Too much at once for this device, or a network that was exported for one batch size.
    if (!(error instanceof NoisegraphError) || signal.aborted) throw error
    known.set(key, false)
  }
  return alone
}

async function singly(network: Network, group: readonly Call[], signal: AbortSignal): Promise<readonly Tensor[]> {
  const answers: Tensor[] = []
  for (const { x, t, feeds } of group) answers.push(await network.run(x, t, feeds, signal))
  return answers
}

async function jointly(network: Network, group: readonly Call[], signal: AbortSignal): Promise<readonly Tensor[]> {
  const [{ x, t, feeds }] = group as [Call]
  const batch = x.shape[0]!
  const answer = await network.run(stack(group.map(c => c.x)), t, Object.fromEntries(Object.keys(feeds).map(name => [name, stack(group.map(c => c.feeds[name]!))])), signal)
  return group.map((_, i) => part(answer, i * batch, batch))
}

/** Calls at one timestep and of one shape, a few at a time. */
function groups(calls: readonly Call[]): readonly (readonly Call[])[] {
  const out: Call[][] = []
  for (const call of calls) {
    const fits = out.find(g => g.length < room(call) && g[0]!.t === call.t && shapeOf(g[0]!) === shapeOf(call))
    if (fits) fits.push(call)
    else out.push([call])
  }
  return out
}

const room = ({ x }: Call): number => Math.max(1, Math.min(together, Math.floor(valuesTogether / x.data.length)))
const shapeOf = ({ x, feeds }: Call): string => [x.shape.join(), ...Object.entries(feeds).map(([name, { shape }]) => `${name} ${shape.join()}`)].join('; ')
const equal = (a: Tensor, b: Tensor): boolean => a.data.every((v, i) => Object.is(v, b.data[i]))
