import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StoredEvent } from '../core/services.js'
import { startEmbedded } from '../database/embedded/postgres.js'
import { openBackend, type Backend } from '../jobs/backend.js'
import { fakeOrder } from '../jobs/fixtures/generate.js'
import { followToEnd, silent } from '../jobs/fixtures/site.js'
import { folderStore } from '../jobs/fixtures/store.js'

let folder: string
let servers: ChildProcess[] = []
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'noisegraph-test-')) })
afterEach(() => {
  for (const server of servers) killGroup(server)
  servers = []
})
afterAll(async () => {
  await (await startEmbedded(join(folder, 'data'), silent)).stop()
  await rm(folder, { recursive: true, force: true })
})

function spawnServer(): ChildProcess {
  const server = spawn(process.execPath, [fileURLToPath(new URL('./fixtures/server.js', import.meta.url)), join(folder, 'data'), join(folder, 'artifacts'), '1'],
    { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  servers.push(server)
  return server
}
async function says(server: ChildProcess, word: string): Promise<void> {
  for await (const chunk of server.stdout!.iterator({ destroyOnReturn: false })) if (String(chunk).includes(word)) return
  throw new Error(`the server ended before it said "${word}"`)
}
async function startServer(): Promise<ChildProcess> {
  const server = spawnServer()
  await says(server, 'ready')
  return server
}
const exitOf = async (server: ChildProcess) => {
  if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
  return server.exitCode
}
/** The server and its workers, as a machine that loses power would. */
function killGroup(server: ChildProcess): void {
  try {
    process.kill(-server.pid!, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
const postmaster = async () => Number((await readFile(join(folder, 'data/postgres/postmaster.pid'), 'utf8')).split('\n')[0])

/** Another process's view of the same database. */
async function withBackend<T>(work: (backend: Backend) => Promise<T>): Promise<T> {
  const { url, leave } = await startEmbedded(join(folder, 'data'), silent)
  await leave()
  const backend = await openBackend({ url, log: silent, artifacts: folderStore(join(folder, 'artifacts')), patience: 30_000 })
  try {
    return await work(backend)
  } finally {
    await backend.close()
  }
}
const check = (events: readonly StoredEvent[], count: number) => {
  expect(events.map(event => event.sequence)).toEqual(events.map((_, i) => i + 1))
  expect(events.flatMap(({ body }) => body.type === 'step' ? [body.index] : [])).toEqual([...Array(count).keys()])
  expect(events.at(-1)!.body.type).toBe('succeeded')
}

test('kill -9 of everything, PostgreSQL included, in the middle: after a restart a follower sees the rest, and the bits are the same', async () => {
  const first = await startServer()
  await withBackend(async backend => {
    const calm = await backend.jobs.submit(fakeOrder({ steps: 30 }))
    check(await followToEnd(backend, calm.id), 30)
    const { id } = await backend.jobs.submit(fakeOrder({ steps: 30, delay: 15 }))
    const events = await followToEnd(backend, id, async event => {
      if (event.body.type !== 'step' || event.body.index !== 12) return
      process.kill(await postmaster(), 'SIGKILL')
      killGroup(first)
      await startServer()
    })
    check(events, 30)
    expect(events.flatMap(({ body }) => body.type === 'started' ? [body.attempt] : [])).toEqual([1, 2])
    const bits = (which: string) => readFile(join(folder, 'artifacts', `${which}-0`))
    expect(await bits(id)).toEqual(await bits(calm.id))
  })
})

test('kill -9 of the server alone: PostgreSQL is adopted, the orphaned worker hands back, the new server goes on', async () => {
  const first = await startServer()
  const before = await postmaster()
  await withBackend(async backend => {
    const [orphan] = await backend.workers.list()
    const { id } = await backend.jobs.submit(fakeOrder({ steps: 30, delay: 15 }))
    check(await followToEnd(backend, id, async event => {
      if (event.body.type !== 'step' || event.body.index !== 12) return
      first.kill('SIGKILL')
      await startServer()
    }), 30)
    expect(await postmaster()).toBe(before)
    expect((await backend.workers.list()).map(worker => worker.pid)).not.toContain(orphan!.pid)
  })
})

test('a worker that dies is started again, and its generation goes on', async () => {
  await startServer()
  await withBackend(async backend => {
    const { id } = await backend.jobs.submit(fakeOrder({ steps: 20, delay: 15 }))
    check(await followToEnd(backend, id, async event => {
      if (event.body.type !== 'step' || event.body.index !== 8) return
      process.kill((await backend.workers.list())[0]!.pid, 'SIGKILL')
    }), 20)
  })
})

test('a signal while the server still starts leaves nothing running', async () => {
  const server = spawnServer()
  await says(server, 'starting')
  server.kill('SIGINT')
  expect(await exitOf(server)).toBe(0)
  await expect(postmaster()).rejects.toThrow('ENOENT')
})

test('SIGTERM drains: what runs ends, what waits stays, PostgreSQL stops with the last that uses it', async () => {
  const server = await startServer()
  const waiting = await withBackend(async backend => {
    const { id } = await backend.jobs.submit(fakeOrder({ steps: 20, delay: 20 }))
    const next = await backend.jobs.submit(fakeOrder({ steps: 3 }))
    check(await followToEnd(backend, id, event => { if (event.body.type === 'step' && event.body.index === 3) server.kill('SIGTERM') }), 20)
    return next.id
  })
  expect(await exitOf(server)).toBe(0)
  // This test's own connections may have been the last.
  await (await startEmbedded(join(folder, 'data'), silent)).stop()
  await expect(postmaster()).rejects.toThrow('ENOENT')
  await startServer()
  await withBackend(async backend => check(await followToEnd(backend, waiting), 3))
})
