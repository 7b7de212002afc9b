import { randomUUID } from 'node:crypto'
import type { Artifact, EventBody, Failure } from '../core/services.js'
import type { Order } from '../core/order.js'
import type { Database, Queryable } from '../database/database.js'
import { sql, type Query } from '../database/sql.js'
import { appendEvent, type Appended } from '../events/append.js'
import { ifStill, queueAgain, settle, type Ending } from './settle.js'
import type { Claim, Queue } from './queue.js'

/** The attempt was given to another worker (or the generation was deleted): whatever this one still makes is not wanted. */
export class LeaseLost extends Error {
  constructor(id: string) {
    super(`the lease on generation ${id} was lost`)
    this.name = 'LeaseLost'
  }
}

/** What a worker may do to the generation that it runs. Every write is refused with LeaseLost once the lease is another's. */
export interface Lease {
  readonly id: string
  readonly order: Order
  readonly attempt: number
  readonly claim: Claim
  readonly startedAt: Date
  /** Stores the next event. `cancelRequested` and `previewEvery` are what others asked for since. */
  append(body: EventBody): Promise<Appended>
  /** The terminal event, with everything that ends with it, in one transaction. */
  finish(ending: Ending, artifacts?: readonly Artifact[]): Promise<void>
  /** Back into the queue, for a worker that stops; the journal stays. */
  handBack(): Promise<void>
  /** The condition on `noisegraph.generations g` under which this attempt may write. */
  readonly holds: Query
}

/** Workers that may die on one generation before it is given up. */
export const maxLosses = 3

export const lost: Failure = {
  code: 'WORKER_LOST', retryable: true,
  message: `The worker died ${maxLosses} times while it made this. It may need more memory than the machine has: ask for fewer or smaller pictures, or look into the worker's log.`,
}

interface Waiting { readonly status: string; readonly losses: number; readonly cancelRequested: boolean }
interface Taken { readonly order: Order; readonly attempts: number; readonly startedAt: Date; readonly sequence: number }

/** Takes the next generation; `skipped` when what came up needed no worker any more, undefined when nothing waits. */
export async function take(database: Database, queue: Queue, worker: string): Promise<Lease | 'skipped' | undefined> {
  const lease = randomUUID()
  return database.transaction(async tx => {
    const claim = await queue.claim(tx)
    if (!claim) return undefined
    const { id } = claim
    const [row] = await tx.query<Waiting>(sql`SELECT status, losses, cancel_requested AS "cancelRequested" FROM noisegraph.generations WHERE id = ${id} FOR UPDATE`)
    // The worker before this one went silent without being noticed by its connection.
    const losses = (row?.losses ?? 0) + (row?.status === 'running' ? 1 : 0)
    if (!row || (row.status !== 'queued' && row.status !== 'running')) await queue.complete(tx, id)
    else if (row.cancelRequested) await settle(tx, queue, id, { type: 'cancelled', atStep: null }, sql`TRUE`)
    else if (losses >= maxLosses) await settle(tx, queue, id, { type: 'failed', ...lost }, sql`TRUE`)
    else {
      const [taken] = await tx.query<Taken>(sql`
        UPDATE noisegraph.generations SET status = 'running', lease = ${lease}, worker = ${worker}, losses = ${losses}, attempts = attempts + 1,
          started_at = coalesce(started_at, clock_timestamp()), queue_position = NULL
        WHERE id = ${id} RETURNING "order", attempts, started_at AS "startedAt", sequence`)
      return hold(database, queue, claim, lease, taken!)
    }
    return 'skipped'
  })
}

function hold(database: Database, queue: Queue, claim: Claim, lease: string, taken: Taken): Lease {
  const { id } = claim
  const holds = sql`g.id = ${id} AND g.lease = ${lease} AND g.status = 'running'`
  let { sequence } = taken

  /** Finds out whether an earlier try of the same write is there already: only the holder raises the sequence while it runs. */
  const landed = async (queryable: Queryable): Promise<Appended> => {
    const [row] = await queryable.query<Appended>(sql`
      SELECT sequence, cancel_requested AS "cancelRequested", preview_every AS "previewEvery" FROM noisegraph.generations WHERE id = ${id} AND lease = ${lease} AND sequence = ${sequence + 1}`)
    if (!row) throw new LeaseLost(id)
    return row
  }
  return {
    id, claim, holds, order: taken.order, attempt: taken.attempts, startedAt: taken.startedAt,
    async append(body) {
      const [row] = await database.query<Appended>(appendEvent(sql`UPDATE noisegraph.generations g SET sequence = g.sequence + 1 WHERE ${holds} AND g.sequence = ${sequence}`, body))
      const appended = row ?? await landed(database)
      sequence = appended.sequence
      return appended
    },
    finish: (ending, artifacts = []) => database.transaction(async tx => {
      if (!await settle(tx, queue, id, ending, sql`${holds} AND g.sequence = ${sequence}`, artifacts)) await landed(tx)
    }),
    async handBack() { await ifStill(database, tx => queueAgain(tx, queue, id, holds, 0)) },
  }
}
