import { EngineError } from '../errors.js'
import { type Op, type Host, type Item } from '../ops/op.js'
import { type Answer, type Order } from './aside-worker.js'
import { startThread, type Thread } from './thread.js'

/** Bytes of inputs and results up to which computing at once is quicker than asking a thread: a few milliseconds even where every value meets every other. */
const small = 1 << 14

/**
 * Computes operators in JavaScript. What is large is computed on a thread of its own, so that the calling one is free: to hear of an abort, which ends that thread at once, and for whatever else it does.
 * Without shared memory everything is computed on the calling thread.
 */
export class Aside {
  private readonly idle: Computing[] = []
  constructor(private readonly threaded: boolean) {}

  async compute(op: Op, inputs: readonly (Item | undefined)[], attrs: object, host: Host, bytes: number, signal?: AbortSignal): Promise<readonly Item[]> {
    if (signal?.aborted) throw aborted()
    if (!this.threaded || bytes <= small) return op.compute!(inputs, attrs as never, host)
    const thread = this.idle.pop() ?? await Computing.start()
    try {
      const made = await thread.ask({ op: op.name, domain: op.domain ?? '', since: op.since, attrs, inputs: inputs.map(own), outputs: host.outputs, opset: host.opset }, signal)
      this.idle.push(thread)
      return made
    } catch (e) {
      if (thread.lost || this.idle.length) void thread.stop()
      else this.idle.push(thread)
      throw e
    }
  }

  async close(): Promise<void> { await Promise.all(this.idle.splice(0).map(t => t.stop())) }
}

class Computing {
  lost = false
  private settle: { resolve(m: Answer): void; reject(e: unknown): void } | undefined
  private constructor(private thread: Thread) {}

  static async start(): Promise<Computing> {
    let it: Computing | undefined
    const thread = await startThread(new URL('./aside-worker.js', import.meta.url), (m: Answer) => it?.settle?.resolve(m), e => it?.fail(new EngineError('FAILED', `The thread that computes operators died: ${e.message}`, { cause: e })))
    return it = new Computing(thread)
  }

  async ask(order: Order, signal: AbortSignal | undefined): Promise<readonly Item[]> {
    if (signal?.aborted) throw aborted()
    const stop = (): void => this.fail(aborted())
    signal?.addEventListener('abort', stop)
    this.thread.keep(true)
    try {
      const { made, error } = await new Promise<Answer>((resolve, reject) => { this.settle = { resolve, reject }; this.thread.post(order) })
      if (error) throw 'code' in error ? new EngineError(error.code, error.message) : error
      return made!
    } finally {
      this.thread.keep(false)
      signal?.removeEventListener('abort', stop)
      this.settle = undefined
    }
  }

  /** It answers no more. */
  private fail(e: EngineError): void { this.lost = true; this.settle?.reject(e) }
  async stop(): Promise<void> { await this.thread.stop() }
}

const aborted = (): EngineError => new EngineError('ABORTED', 'The run was aborted.')

/** A part of a larger buffer is copied first: sending a view sends all that is behind it. Shared memory is not sent but shared. */
function own(item: Item | undefined): Item | undefined {
  if (!item || item.type === 'nothing' || item.type === 'string') return item
  if (item.type === 'sequence') return { ...item, items: item.items.map(i => own(i)!) }
  return item.data.buffer instanceof ArrayBuffer && item.data.byteLength < item.data.buffer.byteLength ? { ...item, data: item.data.slice() } : item
}
