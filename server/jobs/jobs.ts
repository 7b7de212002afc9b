import { NoisegraphError } from '../core/errors.js'
import type { ArtifactStore, Events, Generation, Jobs } from '../core/services.js'
import type { Database } from '../database/database.js'
import { sql } from '../database/sql.js'
import { channels } from '../events/channels.js'
import { isId } from '../events/ids.js'
import { list } from './list.js'
import type { Queue } from './queue.js'
import { columns, generationOf, type Row } from './rows.js'
import { ahead, ifStill, settle } from './settle.js'
import { submit } from './submit.js'

export interface JobsParts { readonly database: Database; readonly queue: Queue; readonly events: Events; readonly artifacts: Pick<ArtifactStore, 'remove'> }

/** Milliseconds that a running generation has to end before it is deleted under its worker. */
const grace = 30_000

/** Generations as the API sees them. */
export function createJobs({ database, queue, events, artifacts }: JobsParts): Jobs {
  const get = async (id: string): Promise<Generation | undefined> => {
    const [row] = isId(id) ? await database.query<Row>(sql`SELECT ${columns} FROM noisegraph.generations g WHERE g.id = ${id}`) : []
    return row && generationOf(row)
  }
  const known = async (id: string): Promise<Generation> => {
    const generation = await get(id)
    if (!generation) throw new NoisegraphError('UNKNOWN_GENERATION', `There is no generation ${id}, or it was deleted.`, 'id')
    return generation
  }

  async function cancel(id: string): Promise<Generation> {
    const { status } = await known(id)
    if (status === 'queued' || status === 'running') {
      await database.transaction(async tx => {
        // The wish is written first: a worker that takes it in this moment finds it.
        await tx.query(sql`UPDATE noisegraph.generations SET cancel_requested = true WHERE id = ${id} AND status IN ('queued', 'running')`)
        await tx.query(sql`SELECT pg_notify(${channels.cancel}, ${id})`)
      })
      await ifStill(database, tx => settle(tx, queue, id, { type: 'cancelled', atStep: null }, sql`g.status = 'queued'`))
    }
    return known(id)
  }

  async function remove(id: string): Promise<void> {
    const { status } = await cancel(id)
    if (status === 'running') await ended(events, id)
    const generation = await known(id)
    await artifacts.remove(generation.artifacts.map(artifact => artifact.id))
    await database.transaction(async tx => {
      await queue.drop(tx, id)
      await tx.query(sql`DELETE FROM noisegraph.generations WHERE id = ${id}`)
      await tx.query(sql`SELECT pg_notify(${channels.event}, ${`${id}:`})`)
    })
  }

  return {
    submit: (order, key) => submit(database, queue, order, key),
    get, cancel, remove,
    list: query => list(database, query),
    async position(id) {
      const [row] = isId(id) ? await database.query<{ position: number }>(sql`SELECT ${ahead(sql`g.number`)} AS position FROM noisegraph.generations g WHERE g.id = ${id} AND g.status = 'queued'`) : []
      return row?.position
    },
  }
}

/** Waits for the terminal event, but not for a worker that hangs. */
async function ended(events: Events, id: string): Promise<void> {
  for await (const event of events.follow(id, Number.MAX_SAFE_INTEGER, AbortSignal.timeout(grace))) void event
}
