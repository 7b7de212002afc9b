import pg from 'pg'
import type { Logger } from 'pino'
import { createListener, type Listener } from './listener.js'
import { isConnectionLoss, patiently } from './loss.js'
import type { Query } from './sql.js'

export interface Queryable {
  query<Row extends object>(query: Pick<Query, 'text' | 'values'>): Promise<Row[]>
}

/**
 * PostgreSQL, the same for the embedded one and for any other.
 * While the server is away (a restart, a failover) statements wait and run again, up to `patience`. So a statement or a transaction may run twice, also after a commit whose
 * answer was lost: each is written so that twice is once.
 */
export interface Database extends Queryable {
  /** Commits when `work` returns, rolls back when it throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>
  readonly listener: Listener
  close(): Promise<void>
}

export interface DatabaseOptions {
  readonly url: string
  readonly log: Logger
  /** Milliseconds to wait for a database that is away. */
  readonly patience: number
  /** Connections at most, beside the one that listens. */
  readonly connections: number
}

export function openDatabase({ url, log, patience, connections }: DatabaseOptions): Database {
  const connection = { connectionString: url, keepAlive: true, connectionTimeoutMillis: 5_000, query_timeout: 60_000, application_name: 'noisegraph' }
  const pool = new pg.Pool({ ...connection, max: connections })
  pool.on('error', error => log.warn({ error: error.message }, 'an idle database connection was lost'))
  const listener = createListener(() => new pg.Client(connection), log)

  async function transact<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    let broken: Error | undefined
    const lost = (error: Error) => { broken = error }
    client.on('error', lost)
    try {
      await client.query('BEGIN')
      const result = await work({ query: async ({ text, values }) => rowsOf(await client.query(text, values)) })
      await client.query('COMMIT')
      return result
    } catch (error) {
      if (isConnectionLoss(error)) lost(error as Error)
      else await client.query('ROLLBACK').catch(lost)
      throw error
    } finally {
      client.off('error', lost)
      client.release(broken)
    }
  }

  return {
    listener,
    query: ({ text, values }) => patiently(patience, async () => rowsOf(await pool.query(text, values))),
    transaction: work => patiently(patience, () => transact(work)),
    async close() {
      await listener.close()
      await pool.end()
    },
  }
}

/** The driver answers a list for a text of several statements. */
const rowsOf = <Row extends object>(result: pg.QueryResult | pg.QueryResult[]): Row[] => Array.isArray(result) ? result.flatMap(one => one.rows as Row[]) : result.rows as Row[]
