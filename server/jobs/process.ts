import type { Logger } from 'pino'
import type { JobWorker } from './worker.js'

/** Between the supervisor and its worker processes, over Node's IPC. */
export type ToWorker = { readonly type: 'drain'; readonly limit: number }
export type FromWorker = { readonly type: 'ready'; readonly worker: string }

/** Milliseconds that a running generation may take to end after SIGTERM; a service manager kills after 30 s or more. */
const patient = 20_000

/**
 * Makes a process of a worker: signals drain it (a second one at once), so does its supervisor, and a supervisor that died. Answers the exit status when it has drained.
 * SIGINT and SIGHUP under a supervisor are ignored: a terminal sends them to both, and the supervisor decides.
 */
export async function runAsProcess(start: () => Promise<JobWorker>, log: Logger): Promise<number> {
  let worker: JobWorker | undefined
  let limit = Infinity
  const drain = (milliseconds: number) => {
    limit = Math.min(limit, milliseconds)
    worker?.drain(limit)
  }
  const supervised = process.send !== undefined
  const onSignal = () => drain(limit === Infinity ? patient : 0)
  process.on('SIGTERM', onSignal)
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, supervised ? () => undefined : onSignal)
  process.on('message', (message: ToWorker) => drain(message.limit))
  process.on('disconnect', () => {
    log.warn('the server is gone; handing back')
    drain(0)
  })
  try {
    worker = await start()
    if (limit < Infinity) worker.drain(limit)
    process.send?.({ type: 'ready', worker: worker.id } satisfies FromWorker, () => undefined)
    await worker.done
    return 0
  } catch (error) {
    log.fatal({ err: error }, 'the worker cannot go on')
    return 1
  }
}
