import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { FromWorker, ToWorker } from '../jobs/process.js'

export interface KeptWorker {
  /** Fulfilled when a process is first on the list of workers. */
  readonly ready: Promise<void>
  /** Drains the process and waits for its end; a second call with a smaller limit shortens the first. */
  stop(limit: number): Promise<void>
}

export interface KeepOptions {
  /** Starts a worker process with an IPC channel. */
  readonly spawn: () => ChildProcess
  /** A process has died: what it ran may be given to another at once. */
  readonly onDeath: (worker: string) => Promise<void>
  readonly log: Logger
}

/** Milliseconds before a process that died is started again: doubled each time, and forgotten once one has lived for `healthy`. */
const backoff = { first: 200, last: 15_000, healthy: 30_000 }

/** Milliseconds after its limit until a process that does not end is killed; what it ran is continued from the journal. */
const patience = 5_000

/** Keeps one worker process running until it is stopped. */
export function keepWorker({ spawn, onDeath, log }: KeepOptions): KeptWorker {
  const stopping = new AbortController()
  let child: ChildProcess | undefined
  let first: () => void
  const ready = new Promise<void>(resolve => { first = resolve })

  async function once(): Promise<void> {
    const current = child = spawn()
    let worker: string | undefined
    current.on('message', (message: FromWorker) => {
      worker = message.worker
      first()
    })
    const status = await new Promise<string>(resolve => {
      current.once('exit', (code, signal) => resolve(signal ?? `status ${code}`))
      current.once('error', error => resolve(error.message))
    })
    child = undefined
    if (stopping.signal.aborted) return
    log.error({ worker, status }, 'a worker process died; it is started again')
    if (worker) await onDeath(worker).catch((error: Error) => log.warn({ error: error.message }, 'could not release what it ran; its missing heartbeat will'))
  }

  async function run(): Promise<void> {
    for (let wait = backoff.first; !stopping.signal.aborted; wait = Math.min(wait * 2, backoff.last)) {
      const began = performance.now()
      await once()
      if (performance.now() - began > backoff.healthy) wait = backoff.first
      await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const running = run()

  return {
    ready,
    async stop(limit) {
      stopping.abort()
      if (child?.connected) child.send({ type: 'drain', limit } satisfies ToWorker, () => undefined)
      const deadline = setTimeout(() => child?.kill('SIGKILL'), limit + patience)
      await running
      clearTimeout(deadline)
    },
  }
}
