import type { Artifact, Failure, Generation, GenerationStatus } from '../core/services.js'
import type { Order } from '../core/order.js'
import { sql } from '../database/sql.js'

export interface Row {
  readonly id: string
  readonly number: string
  readonly status: GenerationStatus
  readonly order: Order
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  readonly attempts: number
  readonly artifacts: readonly Artifact[]
  readonly failure: Failure | null
}

/** The columns of a `Row`, of `noisegraph.generations g`. */
export const columns = sql`g.id, g.number, g.status, g."order", g.created_at AS "createdAt", g.started_at AS "startedAt", g.finished_at AS "finishedAt", g.attempts, g.artifacts, g.failure`

export const generationOf = ({ id, status, order, createdAt, startedAt, finishedAt, attempts, artifacts, failure }: Row): Generation => ({
  id, status, order, createdAt, attempts, artifacts, ...startedAt && { startedAt }, ...finishedAt && { finishedAt }, ...failure && { failure },
})
