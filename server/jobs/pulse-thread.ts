/** The thread behind `pulse.ts`: one connection, on which it holds the worker's lock while the worker lives. */
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import pg from 'pg'
import { patiently } from '../database/loss.js'
import { sql } from '../database/sql.js'
import type { Answer, Beat, PulseSettings } from './pulse.js'
import { touch, type Claim } from './queue.js'
import { workerLock } from './workers.js'

const { url, worker, patience, condition: first } = workerData as PulseSettings
const port = parentPort!
const interval = 2_000
const say = (answer: Answer) => port.postMessage(answer)

let condition = first
let claim: Claim | null = null
let stopping = false
let wake = () => {}
let client: pg.Client | undefined

port.on('message', (beat: Beat) => {
  if (beat.condition) condition = beat.condition
  if (beat.claim !== undefined) claim = beat.claim
  if (beat.stop) stopping = true
  wake()
})

/** A connection, with the worker's row and lock: the lock goes with the connection, which is how the others notice a death at once. */
async function connection(): Promise<pg.Client> {
  if (client) return client
  const fresh = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 5_000, query_timeout: 10_000, application_name: 'noisegraph worker' })
  fresh.on('error', () => { client = undefined })
  fresh.on('end', () => { client = undefined })
  await fresh.connect()
  await fresh.query(sql`INSERT INTO noisegraph.workers (id, pid, host, report) VALUES (${worker}, ${process.pid}, ${hostname()}, ${report()}::json) ON CONFLICT (id) DO NOTHING`)
  await fresh.query(sql`SELECT pg_advisory_lock(${workerLock}, number) FROM noisegraph.workers WHERE id = ${worker}`)
  return client = fresh
}

const report = () => JSON.stringify({ ...condition, rssBytes: process.memoryUsage.rss() })

const beat = () => patiently(patience, async () => {
  const live = await connection()
  const held = claim
  await live.query(sql`UPDATE noisegraph.workers SET seen_at = clock_timestamp(), report = ${report()}::json WHERE id = ${worker}`)
  if (held && !(await live.query(touch(held))).rowCount && claim === held) say({ type: 'claim lost', claim: held })
})

try {
  await beat()
  say({ type: 'ready' })
  while (!stopping) {
    const woken = new AbortController()
    wake = () => woken.abort()
    await sleep(interval, undefined, { signal: woken.signal }).catch(() => undefined)
    await beat()
  }
  await (await connection()).query(sql`DELETE FROM noisegraph.workers WHERE id = ${worker}`)
  await client?.end()
} catch (error) {
  say({ type: 'gone', reason: (error as Error).message })
}
port.close()
