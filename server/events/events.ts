import { NoisegraphError } from '../core/errors.js'
import type { EventBody, Events, GenerationStatus, StoredEvent } from '../core/services.js'
import type { Database } from '../database/database.js'
import { sql } from '../database/sql.js'
import { isId } from './ids.js'
import { mergeSteps } from './merge.js'
import { createWakes } from './wakes.js'

const settings = {
  /** Rows read at once. */
  batch: 256,
  /** A reader so many events behind the newest one gets merged steps. */
  behind: 64,
  /** Milliseconds after which the rows are read without a notification. */
  look: 5_000,
}

interface Row { readonly sequence: number; readonly at: Date; readonly type: string; readonly body: object }
interface State { readonly sequence: number; readonly status: GenerationStatus }

export interface EventStore extends Events { close(): void }

/** The rows are the truth; a notification only says when to read them. So nothing is missed, and nothing comes twice. */
export function createEvents(database: Database): EventStore {
  const wakes = createWakes(database.listener)

  const state = async (id: string): Promise<State> => {
    const [row] = isId(id) ? await database.query<State>(sql`SELECT sequence, status FROM noisegraph.generations WHERE id = ${id}`) : []
    if (!row) throw new NoisegraphError('UNKNOWN_GENERATION', `There is no generation ${id}, or it was deleted.`, 'id')
    return row
  }
  const read = async (id: string, after: number): Promise<StoredEvent[]> => {
    const rows = await database.query<Row>(sql`SELECT sequence, at, type, body FROM noisegraph.events WHERE generation_id = ${id} AND sequence > ${after} ORDER BY sequence LIMIT ${settings.batch}`)
    return rows.map(({ sequence, at, type, body }) => ({ generationId: id, sequence, at, body: { type, ...body } as EventBody }))
  }

  async function* follow(id: string, after: number, signal: AbortSignal, previewEvery?: number): AsyncGenerator<StoredEvent, void, undefined> {
    let cursor = Math.min(Math.max(0, Math.trunc(after)), 2 ** 31 - 1)
    const wake = wakes.of(id)
    try {
      // What was stored before the reader came is replayed in full; merging begins behind it.
      const { sequence: stored } = await state(id)
      if (previewEvery) await askForPreviews(database, id, previewEvery)
      let doubt = true
      // Once behind, until it has caught up.
      let slow = false
      while (!signal.aborted) {
        const heard = wake.next()
        const rows = await read(id, cursor)
        const late = rows.filter(row => row.sequence > stored)
        slow = late.length > settings.behind || (slow && late.length > 0)
        const events = slow ? [...rows.slice(0, rows.length - late.length), ...mergeSteps(late)] : rows
        for (const event of events) {
          if (signal.aborted) return
          yield event
          cursor = event.sequence
          if (isTerminal(event.body.type)) return
        }
        if (rows.length) {
          doubt = false
          continue
        }
        // Nothing new at the start, or after a wake: it may be finished, or deleted.
        if (doubt) {
          const now = await state(id)
          if (isTerminal(now.status) && cursor >= now.sequence) return
          if (cursor < now.sequence) continue
        }
        await heard(settings.look, signal)
        doubt = true
      }
    } finally {
      wake.close()
    }
  }
  return { follow, close: wakes.close }
}

const isTerminal = (type: string) => type === 'succeeded' || type === 'failed' || type === 'cancelled'

/** The most frequent wish counts. */
const askForPreviews = (database: Database, id: string, every: number) => database.query(sql`
  UPDATE noisegraph.generations SET preview_every = least(preview_every, ${Math.max(1, Math.trunc(every))}::integer)
  WHERE id = ${id} AND status IN ('queued', 'running')`)

