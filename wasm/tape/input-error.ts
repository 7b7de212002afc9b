import { EngineError } from '../errors.js'
import { nodeTitle, type Node } from '../graph/graph.js'
import { type Item } from '../ops/op.js'

/** What an operator throws about its inputs, with the node and the inputs named. */
export async function asInputError<T>(node: Node, inputs: readonly (Item | undefined)[], compute: () => Promise<T>): Promise<T> {
  try { return await compute() } catch (e) {
    if (e instanceof EngineError) throw e
    const given = inputs.map(i => i ? `${i.type}${'shape' in i ? ` [${i.shape}]` : ''}` : 'nothing').join(', ')
    throw new EngineError('INVALID_INPUT', `${nodeTitle(node)} cannot take ${given}: ${e instanceof Error ? e.message : String(e)}`, { cause: e })
  }
}
