import { EngineError, type EngineCode } from '../errors.js'
import { opNamed } from '../graph/registry.js'
import { type Item } from '../ops/op.js'

/** What a thread is asked to compute. */
export interface Order { readonly op: string; readonly domain: string; readonly since: number; readonly attrs: object; readonly inputs: readonly (Item | undefined)[]; readonly outputs: readonly string[]; readonly opset: number }
export interface Answer { readonly made?: readonly Item[]; readonly error?: { readonly message: string; readonly code?: EngineCode } }

export async function attempt(o: Order): Promise<{ answer: Answer; transfer: ArrayBuffer[] }> {
  try {
    const run = (): never => { throw new Error('A node with a body is never computed aside.') }
    const made = await opNamed(o.op, o.domain, o.since).compute!(o.inputs, o.attrs as never, { outputs: o.outputs, opset: o.opset, run })
    return { answer: { made }, transfer: [...new Set(buffers(made))] }
  } catch (e) {
    return { answer: { error: { message: e instanceof Error ? e.message : String(e), ...e instanceof EngineError && { code: e.code } } }, transfer: [] }
  }
}

const buffers = (items: readonly (Item | undefined)[]): ArrayBuffer[] => items.flatMap(i => !i || i.type === 'nothing' || i.type === 'string' ? [] : i.type === 'sequence' ? buffers(i.items) : i.data.buffer instanceof ArrayBuffer ? [i.data.buffer] : [])
