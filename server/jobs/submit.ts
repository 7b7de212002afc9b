import { randomUUID } from 'node:crypto'
import { NoisegraphError } from '../core/errors.js'
import type { Order } from '../core/order.js'
import type { Generation } from '../core/services.js'
import type { Database } from '../database/database.js'
import { sql } from '../database/sql.js'
import { appendEvent } from '../events/append.js'
import { channels } from '../events/channels.js'
import { fingerprint } from '../core/canonical.js'
import type { Queue } from './queue.js'
import { columns, generationOf, type Row } from './rows.js'
import { ahead } from './settle.js'

const longestKey = 255

/** Stores an order and queues it, in one transaction. */
export async function submit(database: Database, queue: Queue, order: Order, key?: string): Promise<Generation> {
  if (key !== undefined) checkKey(key)
  const id = randomUUID()
  const print = fingerprint(order)
  return database.transaction(async tx => {
    const [fresh] = await tx.query<{ number: string }>(sql`
      INSERT INTO noisegraph.generations (id, "order", model, measures, idempotency_key, fingerprint)
      VALUES (${id}, ${JSON.stringify(order)}::json, ${order.model}, ${order.measure !== undefined}, ${key ?? null}, ${print})
      ON CONFLICT DO NOTHING RETURNING number`)
    if (fresh) {
      const [{ position }] = await tx.query<{ position: number }>(sql`
        UPDATE noisegraph.generations SET queue_position = ${ahead(sql`${fresh.number}::bigint`)} WHERE id = ${id} RETURNING queue_position AS position`) as [{ position: number }]
      await tx.query(appendEvent(sql`UPDATE noisegraph.generations g SET sequence = 1 WHERE g.id = ${id}`, { type: 'queued', position }))
      await queue.add(tx, id)
      await tx.query(sql`SELECT pg_notify(${channels.queue}, '')`)
    }
    // Without a fresh row, either the key was used before, or this very transaction was, and its answer was lost.
    const [row] = await tx.query<Row & { fingerprint: string }>(sql`SELECT ${columns}, g.fingerprint FROM noisegraph.generations g WHERE g.id = ${id} OR g.idempotency_key = ${key ?? null}`)
    if (!row) throw new NoisegraphError('INTERNAL', 'The generation of this idempotency key was deleted in this moment. Send the request again.', 'idempotencyKey')
    if (row.fingerprint !== print) {
      throw new NoisegraphError('IDEMPOTENCY_CONFLICT', `The idempotency key was used for generation ${row.id} with another request. Use a new key for a new request, or send the same request again.`, 'idempotencyKey')
    }
    return generationOf(row)
  })
}

function checkKey(key: string): void {
  if (key.length > 0 && key.length <= longestKey && !/\p{Cc}|\p{Cs}/u.test(key)) return
  throw new NoisegraphError('INVALID_OPTION', `An idempotency key has 1 to ${longestKey} characters, none of them a control character. A UUID will do.`, 'idempotencyKey')
}
