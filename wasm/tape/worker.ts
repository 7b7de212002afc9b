/** A thread of the pool: sleeps until there is a job, walks the tape, and the last one out reports. Runs in Node's worker_threads and in a page's Workers. */
import { control, job } from './layout.js'

interface Start { readonly module: WebAssembly.Module; readonly memory: WebAssembly.Memory; readonly control: number; readonly scratch: number; readonly wide: boolean; readonly spins: number }
/** What a thread reports: the job is over, or what a kernel threw. */
export interface Report { readonly done?: true; readonly error?: string; readonly ready?: true }

const inNode = typeof process !== 'undefined' && Boolean(process.versions?.node)
const { parentPort } = inNode ? await import('node:worker_threads') : { parentPort: null }
const page = globalThis as unknown as { postMessage(m: Report): void; onmessage: ((e: { data: Start }) => void) | null }
const report = (m: Report): void => parentPort ? parentPort.postMessage(m) : page.postMessage(m)

function begin({ module, memory, control: at, scratch, wide, spins }: Start): void {
  const { walk, set_scratch: setScratch, set_wide: setWide } = new WebAssembly.Instance(module, { env: { memory } }).exports as { walk(job: number): void; set_scratch(at: number): void; set_wide(on: number): void }
  setScratch(scratch)
  setWide(Number(wide))
  const words = new Int32Array(memory.buffer, at, 64)
  let seen = 0
  report({ ready: true })
  for (;;) {
    // Steps of a sampler follow each other closely: look for the next job a little while before sleeping.
    for (let i = 0; i < spins && Atomics.load(words, control.epoch) === seen; i++);
    Atomics.wait(words, control.epoch, seen)
    seen = Atomics.load(words, control.epoch)
    let error: string | undefined
    try { walk(at) } catch (e) {
      error = e instanceof Error ? e.message : String(e)
      Atomics.store(words, job.abort, 1)
      Atomics.notify(words, job.current)
    }
    if (error) {
      Atomics.add(words, control.trapped, 1)
      report({ error })
    }
    if (Atomics.sub(words, control.active, 1) === 1) report({ done: true })
  }
}

if (parentPort) parentPort.once('message', begin)
else page.onmessage = e => begin(e.data)
