import type { ChildProcess } from 'node:child_process'
import type { Logger } from 'pino'
import type { Backend } from '../jobs/backend.js'
import { rescueFrom } from '../jobs/rescue.js'
import { keepWorker } from './keep-worker.js'

export interface Supervised {
  /** Milliseconds that running generations may take to end; what is not done by then is handed back and goes on after the next start. */
  stop(limit: number): Promise<void>
}

export interface SuperviseOptions {
  readonly backend: Backend
  /** Worker processes. */
  readonly workers: number
  readonly spawnWorker: () => ChildProcess
  /** Starts to answer requests. */
  readonly listen: () => Promise<{ close(): Promise<void> }>
  /** Stops the database, where it is ours. */
  readonly stopDatabase: () => Promise<void>
  readonly log: Logger
  /** Milliseconds to wait for the first worker. */
  readonly patience?: number
}

/** Starts the workers and the API side by side and waits until both answer. What began is ended again when one of them cannot start. */
export async function supervise({ backend, workers, spawnWorker, listen, stopDatabase, log, patience = 60_000 }: SuperviseOptions): Promise<Supervised> {
  const kept = Array.from({ length: workers }, () => keepWorker({ spawn: spawnWorker, log, onDeath: worker => rescueFrom(backend.database, backend.queue, worker) }))
  let http: { close(): Promise<void> } | undefined

  // Subscribers see their generation end, or go back to the queue, before the API closes.
  const stop = async (limit: number) => {
    await Promise.all(kept.map(worker => worker.stop(limit)))
    await http?.close()
    await backend.close()
    await stopDatabase()
  }
  try {
    const listening = listen().then(server => { http = server })
    await Promise.all([listening, within(patience, Promise.all(kept.map(worker => worker.ready)))])
  } catch (error) {
    await stop(0)
    throw error
  }
  let stopped: Promise<void> | undefined
  return {
    stop(limit) {
      if (stopped) for (const worker of kept) void worker.stop(limit)
      return stopped ??= stop(limit)
    },
  }
}

async function within(milliseconds: number, ready: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The worker process did not start within ${milliseconds / 1000} s. What it said is above; "noisegraph worker" starts it alone.`)), milliseconds)
  })
  await Promise.race([ready, late]).finally(() => clearTimeout(timer))
}

/** Milliseconds that running generations get when the server is asked to end. */
const drainLimit = 20_000

/**
 * Waits for a signal and stops in order: also one that comes while the server still starts, which leaves no database running. A second one hands back at once what runs.
 * `onStop` is told how many seconds it may take.
 */
export function stopOnSignals(starting: Promise<Supervised>, onStop: (drainSeconds: number) => void): Promise<void> {
  // Whoever started it hears of a failed start.
  starting.catch(() => undefined)
  return new Promise((resolve, reject) => {
    let limit = drainLimit
    const onSignal = () => {
      const now = limit
      limit = 0
      onStop(now / 1000)
      starting.then(({ stop }) => stop(now)).then(resolve, reject)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  })
}
