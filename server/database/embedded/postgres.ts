import type { ChildProcess } from 'node:child_process'
import { open, readFile, rename, stat, type FileHandle } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from 'pino'
import { NoisegraphError } from '../../core/errors.js'
import { isConnectionLoss } from '../loss.js'
import { chooseAccount, type Account, type AccountOptions } from './account.js'
import { addressOf, ensureCluster, launch, runToEnd } from './cluster.js'
import { postmasterLives, releaseStaleLock } from './lock-file.js'

export interface Embedded {
  readonly url: string
  /** Lets it run without looking after it any more. */
  leave(): Promise<void>
  /** Stops the server, unless others than this process still use it: then the last of them does. */
  stop(): Promise<void>
}

/** What a server says that cannot start yet because another is just ending (or was killed, and the kernel still counts its processes). */
const passing = /lock file ".*" already exists|pre-existing shared memory block|is another postmaster|Address already in use/i

const limits = { start: 60_000, retry: 10_000, closing: 1_500, log: 10 * 2 ** 20 }

/**
 * Starts the PostgreSQL of the data folder, or adopts the one that is running on it: it survives a killed parent.
 * fsync stays on. What the server says goes to `postgres.log` in the data folder.
 */
export async function startEmbedded(folder: string, log: Logger, options?: AccountOptions): Promise<Embedded> {
  const data = resolve(folder)
  const account = await chooseAccount(data, log, options)
  await ensureCluster(account)
  const { url, settings } = await addressOf(account)
  const file = join(data, 'postgres.log')
  if (await answers(url)) log.info('adopted the PostgreSQL that was running')
  else await start(account, settings, url, file)
  const gone = async () => !await postmasterLives(account.cluster) && !await answers(url)
  const endWatch = restartWhen(gone, () => start(account, settings, url, file), log)
  return {
    url, leave: endWatch,
    async stop() {
      await endWatch()
      if (!await answers(url)) return
      if (await othersStay(url)) return log.info('PostgreSQL stays: others use it')
      await runToEnd(account, 'pg_ctl', ['stop', '-D', account.cluster, '-m', 'fast', '-w', '-t', '20'])
    },
  }
}

/** Looks each second whether the server is there: it may be killed for want of memory, or stopped by another process that believed itself the last. */
function restartWhen(gone: () => Promise<boolean>, restart: () => Promise<void>, log: Logger): () => Promise<void> {
  const ended = new AbortController()
  const watch = async () => {
    while (await sleep(1_000, true, { signal: ended.signal, ref: false }).catch(() => false)) {
      try {
        if (!await gone()) continue
        log.error('PostgreSQL is gone; it is started again')
        await restart()
      } catch (error) {
        log.error({ error: (error as Error).message }, 'PostgreSQL could not be started again')
      }
    }
  }
  const watching = watch()
  return async () => {
    ended.abort()
    await watching
  }
}

async function start(account: Account, settings: readonly string[], url: string, file: string): Promise<void> {
  const output = await openLog(file)
  try {
    await startInto(output, account, settings, url, file)
  } finally {
    await output.close()
  }
}

async function startInto(output: FileHandle, account: Account, settings: readonly string[], url: string, file: string): Promise<void> {
  const began = performance.now()
  for (;;) {
    await releaseStaleLock(account.cluster)
    const before = (await output.stat()).size
    const child = launch(account, 'postgres', ['-D', account.cluster, ...settings, '-c', 'timezone=UTC', '-c', 'log_timezone=UTC', '-c', 'max_connections=200', '-c', 'jit=off'], output.fd, true)
    child.unref()
    const left = limits.start - (performance.now() - began)
    if (await answersWithin(left, url, child)) return
    const said = (await readFile(file)).subarray(before).toString().trim()
    if (await answers(url)) return
    if (!passing.test(said) || performance.now() - began > limits.retry) {
      throw new NoisegraphError('INTERNAL', `PostgreSQL did not start on ${account.cluster}. It said:\n${said.split('\n').slice(-15).join('\n')}\nThe whole log is ${file}; DATABASE_URL names another PostgreSQL.`)
    }
    await sleep(200)
  }
}

/** Asks until the server answers (true), or its process ends (false). */
async function answersWithin(milliseconds: number, url: string, child: ChildProcess): Promise<boolean> {
  let ended = false
  child.once('exit', () => { ended = true }).once('error', () => { ended = true })
  for (const deadline = performance.now() + milliseconds; performance.now() < deadline; await sleep(20)) {
    if (await answers(url)) return true
    if (ended) return false
  }
  throw new NoisegraphError('INTERNAL', `PostgreSQL did not answer within ${Math.round(milliseconds / 1000)} s; it may be recovering a large log. Start the server again, or look into postgres.log.`)
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end()
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return await connected(url, async () => true)
  } catch (error) {
    if (isConnectionLoss(error)) return false
    throw error
  }
}

/** Whether others are connected, for longer than the server takes to notice that a connection was closed. */
async function othersStay(url: string): Promise<boolean> {
  for (const deadline = performance.now() + limits.closing; performance.now() < deadline; await sleep(50)) if (!await otherClients(url)) return false
  return true
}

const otherClients = (url: string): Promise<boolean> => connected(url, async client => {
  const { rows } = await client.query<{ others: string }>(`SELECT count(*) AS others FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`)
  return Number(rows[0]!.others) > 0
})

async function openLog(file: string): Promise<FileHandle> {
  if (await stat(file).then(({ size }) => size > limits.log, () => false)) await rename(file, `${file}.1`)
  return open(file, 'a')
}
