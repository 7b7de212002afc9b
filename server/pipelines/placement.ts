import type { Tensor } from '../../plugins/sdk/index.js'
import type { Network } from '../models/network.js'
import type { Call } from './guidance.js'

/** Answers the calls of several pictures, in their order. */
export async function answerCalls(network: Network, calls: readonly Call[], signal: AbortSignal): Promise<readonly Tensor[]> {
  const answers: Tensor[] = []
  for (const { x, t, feeds } of calls) answers.push(await network.run(x, t, feeds, signal))
  return answers
}
