/** A thread that computes operators in JavaScript, one at a time. Runs in Node's worker_threads and in a page's Workers. */
import { EngineError, type EngineCode } from '../errors.js'
import { opNamed } from '../graph/registry.js'
import { type Item } from '../ops/op.js'

/** What a thread is asked to compute, and what it says. */
export interface Order { readonly op: string; readonly domain: string; readonly since: number; readonly attrs: object; readonly inputs: readonly (Item | undefined)[]; readonly outputs: readonly string[]; readonly opset: number }
export interface Answer { readonly made?: readonly Item[]; readonly error?: { readonly code: EngineCode; readonly message: string } | Error }

const inNode = typeof process !== 'undefined' && Boolean(process.versions?.node)
const { parentPort } = inNode ? await import('node:worker_threads') : { parentPort: null }
const page = globalThis as unknown as { postMessage(m: Answer, transfer: ArrayBuffer[]): void; onmessage: ((e: { data: Order }) => void) | null }
const say = (m: Answer, transfer: ArrayBuffer[] = []): void => parentPort ? parentPort.postMessage(m, transfer) : page.postMessage(m, transfer)

async function answer(o: Order): Promise<void> {
  try {
    const run = (): never => { throw new Error('A node with a body is never computed aside.') }
    const made = await opNamed(o.op, o.domain, o.since).compute!(o.inputs, o.attrs as never, { outputs: o.outputs, opset: o.opset, run })
    say({ made }, [...new Set(buffers(made))])
  } catch (e) {
    // Errors of JavaScript cross over as they are, those of the engine without their class.
    say({ error: e instanceof EngineError ? { code: e.code, message: e.message } : e as Error })
  }
}

const buffers = (items: readonly (Item | undefined)[]): ArrayBuffer[] => items.flatMap(i => !i || i.type === 'nothing' || i.type === 'string' ? [] : i.type === 'sequence' ? buffers(i.items) : i.data.buffer instanceof ArrayBuffer ? [i.data.buffer] : [])

if (parentPort) parentPort.on('message', (o: Order) => void answer(o))
else page.onmessage = e => void answer(e.data)
