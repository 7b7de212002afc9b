import { EngineError, type EngineCode } from '../errors.js'
import { nodeTitle, type Node } from './graph.js'

type Seen = { readonly type: string; readonly shape?: readonly number[] } | undefined

/** Plans something for a node; what an operator throws about its inputs or attributes becomes INVALID_MODEL with the node's name and what it was given. */
export function guarded<T>(node: Node, inputs: readonly Seen[], does: () => T): T {
  try { return does() } catch (e) { throw refusal('INVALID_MODEL', node, inputs, e) }
}

/** Computes something for a node, from data: INVALID_INPUT. */
export async function guardedRun<T>(node: Node, inputs: readonly Seen[], does: () => Promise<T>): Promise<T> {
  try { return await does() } catch (e) { throw refusal('INVALID_INPUT', node, inputs, e) }
}

function refusal(code: EngineCode, node: Node, inputs: readonly Seen[], e: unknown): EngineError {
  if (e instanceof EngineError) return e
  // An operator that finds nothing where it needs a tensor, or no array of that length, says so in JavaScript's words.
  const what = e instanceof TypeError || e instanceof RangeError || e instanceof SyntaxError ? 'inputs and attributes do not fit this operator' : e instanceof Error ? e.message : String(e)
  return new EngineError(code, `${nodeTitle(node)} cannot take ${inputs.map(f => f ? `${f.type}${f.shape ? ` [${f.shape}]` : ''}` : 'nothing').join(', ') || 'nothing'}: ${what}`, { cause: e })
}
