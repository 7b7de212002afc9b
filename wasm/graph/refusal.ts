import { EngineError } from '../errors.js'
import { nodeTitle, type Node } from './graph.js'
import { Pending } from './weight.js'

interface Seen { readonly type: string; readonly shape?: readonly number[] }

/** Does something with a node; what an operator throws about its inputs or attributes becomes an error that names the node and says what it was given. */
export function guarded<T>(node: Node, inputs: readonly (Seen | undefined)[], does: () => T): T {
  try { return does() } catch (e) { throw e instanceof Pending ? e : refusal(node, inputs, e) }
}

export function refusal(node: Node, inputs: readonly (Seen | undefined)[], e: unknown): EngineError {
  if (e instanceof EngineError && (e.code !== 'INVALID_MODEL' || e.message.includes(node.op))) return e
  // An operator that finds nothing where it needs a tensor, or no array of that length, says so in JavaScript's words.
  const what = e instanceof TypeError || e instanceof RangeError || e instanceof SyntaxError ? 'inputs and attributes do not fit this operator' : e instanceof Error ? e.message : String(e)
  return new EngineError('INVALID_MODEL', `${nodeTitle(node)} cannot take ${inputs.map(f => f ? `${f.type} [${f.shape ?? ''}]` : 'nothing').join(', ') || 'nothing'}: ${what}`, { cause: e })
}
