import { EngineError } from '../errors.js'
import { type Op } from '../ops/op.js'
import { isGraph, nodeTitle, type Attribute, type Node } from './graph.js'
import { tensorOf, type Weight } from './weight.js'

/** The op's attributes at this node: defaults filled in, kinds checked, tensors read. Attributes that the op does not name are left out. */
export function attributesOf(op: Op, node: Node): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [name, fallback] of Object.entries(op.attrs)) {
    const given = node.attributes.get(name)
    if (given === undefined) { out[name] = fallback; continue }
    const value = plain(given)
    if (fallback !== null && (typeof value !== typeof fallback || Array.isArray(value) !== Array.isArray(fallback))) {
      throw new EngineError('INVALID_MODEL', `${nodeTitle(node)}: the attribute "${name}" has the wrong type.`)
    }
    out[name] = value
  }
  return out
}

function plain(a: Attribute): unknown {
  if (isGraph(a) || typeof a !== 'object' || !('kind' in a)) return a
  const w = a as Weight
  return w.strings ? { type: 'string', shape: w.shape, data: w.strings } : tensorOf(w)
}
