import type { Logger } from 'pino'
import { NoisegraphError } from '../core/errors.js'
import type { ArtifactStore, Jobs, ModelControl, Workers } from '../core/services.js'
import { openDatabase, type Database } from '../database/database.js'
import { migrate } from '../database/migrate.js'
import { createEvents, type EventStore } from '../events/events.js'
import { createJobs } from './jobs.js'
import { openQueue, type Queue } from './queue.js'
import { createModelControl, type ControlParts } from './models/control.js'
import { runPulls, type Pull } from './models/pulls.js'
import { watchOver } from './rescue.js'
import { createWorkers } from './workers.js'

export interface BackendOptions {
  readonly url: string
  readonly log: Logger
  readonly artifacts: Pick<ArtifactStore, 'remove'>
  /** How models are brought from a hub; without it none are. */
  readonly pulls?: { readonly check: ControlParts['checkPull']; readonly run: Pull }
  /** Milliseconds that a call waits for a database that is away. */
  readonly patience?: number
}

/** Everything of a process that answers the API, on one database. */
export interface Backend {
  readonly database: Database
  readonly queue: Queue
  readonly jobs: Jobs
  readonly events: EventStore
  readonly workers: Workers
  readonly modelControl: ModelControl
  close(): Promise<void>
}

/** Opens the database and brings it up to date; looks for dead workers from then on. */
export async function openBackend({ url, log, artifacts, pulls, patience = 10_000 }: BackendOptions): Promise<Backend> {
  const { database, queue } = await openStore({ url, log, patience, connections: 12 })
  const events = createEvents(database)
  const endWatch = watchOver(database, queue, log)
  const workers = createWorkers(database)
  const modelControl = createModelControl({ database, workers, checkPull: pulls?.check ?? (() => { throw new NoisegraphError('INCOMPATIBLE', 'This server brings no models from a hub.') }) })
  const endPulls = pulls && runPulls(database, pulls.run, log)
  return {
    database, queue, events, workers, modelControl,
    jobs: createJobs({ database, queue, events, artifacts }),
    async close() {
      await endPulls?.()
      modelControl.close()
      events.close()
      await endWatch()
      await queue.close()
      await database.close()
    },
  }
}

/** The part that a worker needs too. */
export async function openStore(options: { url: string; log: Logger; patience: number; connections: number }): Promise<{ database: Database; queue: Queue }> {
  const database = openDatabase(options)
  try {
    await migrate(database)
    return { database, queue: await openQueue(database, options.log, { supervise: true }) }
  } catch (error) {
    await database.close()
    throw error
  }
}
