import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startEmbedded } from '../database/embedded/postgres.js'
import { sql } from '../database/sql.js'
import { fakeOrder } from './fixtures/generate.js'
import { followToEnd, openSite, silent, type Site } from './fixtures/site.js'

let site: Site
beforeAll(async () => { site = await openSite() })
afterAll(async () => { await site.close() })

test('a worker whose main thread is blocked for longer than a heartbeat may fail keeps its lease; one that hangs whole loses it and changes nothing after', async () => {
  const hanging = await site.startWorker()
  const { id } = await site.jobs.submit(fakeOrder({ steps: 4, delay: 100 }))
  const blocked = await site.jobs.submit(fakeOrder({ steps: 1, delay: 13_000, block: true }))
  const following = followToEnd(site, id, event => { if (event.body.type === 'step' && event.body.index === 1) hanging.kill('SIGSTOP') })
  // The stopped process keeps its connection and its lock, so only the heartbeat can tell.
  await site.startWorker()
  await site.startWorker()
  const [events, others] = await Promise.all([following, followToEnd(site, blocked.id)])
  expect(events.flatMap(({ body }) => body.type === 'started' ? [body.attempt] : [])).toEqual([1, 2])
  expect(events.at(-1)!.body.type).toBe('succeeded')
  expect(others.at(-1)!.body.type).toBe('succeeded')
  expect((await site.jobs.get(blocked.id))!.attempts).toBe(1)

  hanging.kill('SIGCONT')
  const next = await site.jobs.submit(fakeOrder({ steps: 3 }))
  expect((await followToEnd(site, next.id)).at(-1)!.body.type).toBe('succeeded')
  const [{ count }] = await site.database.query<{ count: number }>(sql`SELECT count(*)::integer AS count FROM noisegraph.events WHERE generation_id = ${id}`) as [{ count: number }]
  expect(count).toBe(events.length)
})

test('a worker that loses the database for good ends with a failure', async () => {
  const data = join(site.folder, 'another')
  const postgres = await startEmbedded(data, silent)
  const worker = await site.startWorker({ url: postgres.url, patience: 1_000 })
  await postgres.stop()
  process.kill(Number((await readFile(join(data, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]), 'SIGINT')
  expect(await worker.exit).toBe(1)
})
