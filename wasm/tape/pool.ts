import { EngineError, Trap } from '../errors.js'
import { control, controlBytes, job, launch, launchWords, paused } from './layout.js'
import { type Memory } from './memory.js'
import { startThread, type Thread } from './thread.js'
import { type Report } from './worker.js'

/** A tape in memory: `length` launches at the address `at`. */
export interface Tape { readonly at: number; readonly length: number }

interface Waiting { readonly tape: Tape; readonly signal: AbortSignal | undefined; at: number; resolve(): void; reject(e: unknown): void }

/** Runs tapes, one at a time and in turns of about ten milliseconds where several wait. */
export interface Pool {
  readonly threads: number
  run(tape: Tape, signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

const turn = 10
/** What a thread's kernels keep to themselves. */
export const scratchBytes = 1 << 18
const aborted = (): EngineError => new EngineError('ABORTED', 'The run was aborted.')

/** The queue that both kinds of pool share: takes turns, and sees to it that an aborted run leaves. `walk` runs from `job.current` until the end, an abort or a pause. */
abstract class Turns implements Pool {
  abstract readonly threads: number
  private readonly queue: Waiting[] = []
  private busy = false
  protected readonly controlAt: number
  constructor(protected readonly memory: Memory, spins: number) {
    this.controlAt = memory.allocate(controlBytes, 'The thread pool')
    this.words.fill(0)
    this.words[job.spins] = spins
  }
  /** The launch that is open: a trapped one is never closed. */
  protected get launch(): number { return Atomics.load(this.words, job.current) & ~paused }
  protected get words(): Int32Array { return new Int32Array(this.memory.buffer, this.controlAt, controlBytes / 4) }

  run(tape: Tape, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(aborted())
    if (tape.length === 0) return Promise.resolve()
    const words = new Uint32Array(this.memory.buffer, tape.at, tape.length * launchWords)
    for (let i = 0; i < tape.length; i++) words[i * launchWords + launch.next] = words[i * launchWords + launch.done] = 0
    return new Promise((resolve, reject) => {
      this.queue.push({ tape, signal, at: 0, resolve, reject })
      if (this.busy) Atomics.store(this.words, job.pause, 1)
      else void this.work()
    })
  }

  private async work(): Promise<void> {
    this.busy = true
    for (let it = this.queue.shift(); it; it = this.queue.shift()) {
      try {
        if (await this.advance(it)) it.resolve()
        else this.queue.push(it)
      } catch (e) { it.reject(e) }
    }
    this.busy = false
  }

  /** One turn of a run; true when it is over. */
  private async advance(it: Waiting): Promise<boolean> {
    if (it.signal?.aborted) throw aborted()
    const w = this.words
    w[job.tape] = it.tape.at
    w[job.stop] = it.tape.length
    w[job.current] = it.at
    w[job.abort] = w[job.pause] = 0
    const stop = (): void => { Atomics.store(this.words, job.abort, 1); Atomics.notify(this.words, job.current) }
    const yieldTurn = setInterval(() => { if (this.queue.length) Atomics.store(this.words, job.pause, 1) }, turn)
    it.signal?.addEventListener('abort', stop)
    try { await this.walk() } finally {
      clearInterval(yieldTurn)
      it.signal?.removeEventListener('abort', stop)
    }
    if (it.signal?.aborted) throw aborted()
    it.at = (Atomics.load(this.words, job.current) & ~paused) >>> 0
    return it.at >= it.tape.length
  }

  protected abstract walk(): Promise<void>
  abstract close(): Promise<void>
}

/** Threads that share the memory. */
export class ThreadPool extends Turns {
  private readonly workers: Thread[] = []
  private ended: { resolve(): void; reject(e: unknown): void } | undefined
  private errors: string[] = []
  private over = false
  private constructor(memory: Memory, readonly threads: number, spins: number) { super(memory, spins) }

  static async start(module: WebAssembly.Module, memory: Memory, threads: number, cores: number, wide: boolean): Promise<ThreadPool> {
    // More threads than cores: whoever spins keeps the one it waits for from running.
    const pool = new ThreadPool(memory, threads, threads <= cores ? 20_000 : 100)
    const ready = Array.from({ length: threads }, () => new Promise<void>((resolve, reject) => {
      void startThread(new URL('./worker.js', import.meta.url), (m: Report) => { if (m.ready) resolve(); else pool.hear(m) }, e => { reject(e); pool.lost(e) })
        .then(t => { pool.workers.push(t); t.post({ module, memory: memory.wasm, control: pool.controlAt, scratch: memory.allocate(scratchBytes, 'A thread'), wide, spins: threads <= cores ? 2_000 : 0 }) }, reject)
    }))
    await Promise.all(ready)
    for (const t of pool.workers) t.keep(false)
    return pool
  }

  protected walk(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.ended = { resolve, reject }
      this.errors = []
      this.over = false
      this.words[control.trapped] = 0
      for (const t of this.workers) t.keep(true)
      Atomics.store(this.words, control.active, this.threads)
      Atomics.add(this.words, control.epoch, 1)
      Atomics.notify(this.words, control.epoch)
    })
  }

  private hear(m: Report): void {
    if (m.error) this.errors.push(m.error)
    if (m.done) this.over = true
    // Threads speak on channels of their own: the last one's word may be here before that of one which trapped.
    if (!this.over || this.errors.length < Atomics.load(this.words, control.trapped)) return
    for (const t of this.workers) t.keep(false)
    if (this.errors[0]) this.ended?.reject(new Trap(this.launch, this.errors[0]))
    else this.ended?.resolve()
  }

  private lost(e: Error): void { this.ended?.reject(new EngineError('FAILED', `A thread of the pool died: ${e.message}`, { cause: e })) }

  async close(): Promise<void> { await Promise.all(this.workers.map(w => w.stop())) }
}

/** No threads: walks on the calling thread, in slices, and lets it breathe between them. */
export class InlinePool extends Turns {
  readonly threads = 1
  constructor(memory: Memory, private readonly step: (job: number) => void) { super(memory, 0) }

  protected async walk(): Promise<void> {
    const stop = this.words[job.stop]!
    let slice = 1
    for (;;) {
      const from = this.words[job.current]! & ~paused
      this.words[job.current] = from
      this.words[job.stop] = Math.min(stop, from + slice)
      const began = performance.now()
      try { this.step(this.controlAt) } catch (e) { throw new Trap(this.launch, e instanceof Error ? e.message : String(e), { cause: e }) }
      if (this.words[job.current]! >= stop || this.words[job.abort] || this.words[job.pause]) break
      slice = performance.now() - began < 4 ? slice * 2 : Math.max(1, slice >> 1)
      await breathe()
    }
    this.words[job.stop] = stop
  }
  async close(): Promise<void> {}
}

/** One turn of the event loop, without the delay that timers have in pages. */
export const breathe = (): Promise<void> => new Promise(resolve => {
  const { port1, port2 } = new MessageChannel()
  port1.addEventListener('message', () => { port1.close(); resolve() })
  port1.start()
  port2.postMessage(0)
})
