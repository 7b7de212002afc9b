import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import pino from 'pino'
import { startEmbedded, type Embedded } from './postgres.js'

const silent = pino({ level: 'silent' })
const root = process.getuid?.() === 0
let folder: string
const running = new Set<Embedded>()
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'noisegraph-test-')) })
afterEach(async () => {
  for (const postgres of running) await postgres.stop()
  running.clear()
  await rm(folder, { recursive: true, force: true })
})

const start = async (data: string, options?: Parameters<typeof startEmbedded>[2]) => {
  const postgres = await startEmbedded(data, silent, options)
  running.add(postgres)
  return postgres
}
const ask = async (url: string, text: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
const postmaster = async (cluster: string) => Number((await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[0])

test('a first start, an adoption, a kill, and the last one puts out the light', async () => {
  const data = join(folder, 'data')
  const first = await start(data)
  expect(await ask(first.url, `SELECT current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding, current_setting('listen_addresses') AS tcp`)).toEqual([{ fsync: 'on', encoding: 'UTF8', tcp: '' }])
  expect((await stat(join(data, 'postgres'))).mode & 0o777).toBe(0o700)
  await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer')

  const pid = await postmaster(join(data, 'postgres'))
  const second = await start(data)
  expect(second.url).toBe(first.url)
  expect(await postmaster(join(data, 'postgres'))).toBe(pid)

  const user = new pg.Client({ connectionString: first.url })
  await user.connect()
  await first.stop()
  expect((await user.query('SELECT answer FROM kept')).rows).toEqual([{ answer: 42 }])
  await user.end()

  process.kill(pid, 'SIGKILL')
  const third = await start(data)
  expect(await ask(third.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
  await second.stop()
  expect(await readdir(join(data, 'postgres'))).not.toContain('postmaster.pid')
  await third.stop()
})

test('two that start on an empty folder at once share one server', async () => {
  const data = join(folder, 'data')
  const [one, other] = await Promise.all([start(data), start(data)])
  await ask(one.url, 'CREATE TABLE shared AS SELECT 1 AS x')
  expect(await ask(other.url, 'SELECT x FROM shared')).toEqual([{ x: 1 }])
  expect((await readdir(data)).sort()).toEqual(['postgres', 'postgres.log'])
})

test('a server that is killed is started again', async () => {
  const { url } = await start(join(folder, 'data'))
  process.kill(await postmaster(join(folder, 'data/postgres')), 'SIGKILL')
  for (let tries = 0; ; tries++) {
    const answer = await ask(url, 'SELECT 1 AS x').catch(() => undefined)
    if (answer) break
    expect(tries).toBeLessThan(200)
    await sleep(50)
  }
})

test('a lock file that names a living process of another kind does not keep it from starting', async () => {
  const data = join(folder, 'data')
  const { leave } = await start(data)
  await leave()
  const file = join(data, 'postgres/postmaster.pid')
  const text = await readFile(file, 'utf8')
  process.kill(Number(text.split('\n')[0]), 'SIGKILL')
  await sleep(300)
  // As in a container that was restarted: the number is this process's now.
  await writeFile(file, text.replace(/^\d+/, String(process.pid)))
  expect(await ask((await start(data)).url, 'SELECT 1 AS x')).toEqual([{ x: 1 }])
})

test('a folder whose path is too long for a socket, with characters of every kind', async () => {
  const data = join(folder, `it's "quoted", ü ${'x'.repeat(80)}`)
  const { url } = await start(data)
  expect(await ask(url, `SELECT current_setting('data_directory') AS folder`)).toEqual([{ folder: join(data, 'postgres') }])
})

// Only root has to step down to another user.
const asRoot = root ? test : test.skip
asRoot('as root, where the other user cannot reach the folder: in a user namespace in place, else from a copy', async () => {
  const hidden = join(folder, 'hidden')
  await mkdir(hidden, { mode: 0o700 })
  const { url } = await start(join(hidden, 'data'), { elsewhere: join(folder, 'elsewhere') })
  expect(await ask(url, 'SELECT 1 AS x')).toEqual([{ x: 1 }])

  await mkdir(join(folder, 'open'), { mode: 0o755 })
  const { chmod } = await import('node:fs/promises')
  await chmod(folder, 0o755)
  const copied = await start(join(hidden, 'other'), { namespaces: false, elsewhere: join(folder, 'elsewhere') })
  const [{ folder: cluster }] = await ask(copied.url, `SELECT current_setting('data_directory') AS folder`) as [{ folder: string }]
  expect(cluster.startsWith(join(folder, 'elsewhere'))).toBe(true)
  expect((await stat(cluster)).uid).not.toBe(0)
})
