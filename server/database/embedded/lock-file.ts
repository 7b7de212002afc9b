import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive } from './cluster.js'

/** Above the greatest process id that Linux gives out (PID_MAX_LIMIT). */
const nobodysPid = 4_194_305

const lockFile = (cluster: string) => join(cluster, 'postmaster.pid')

async function lockedBy(cluster: string): Promise<{ readonly pid: number; readonly rest: string } | undefined> {
  const text = await readFile(lockFile(cluster), 'utf8').catch(() => '')
  const [, pid, rest] = /^(\d+)\n([^]*)$/.exec(text) ?? []
  return pid === undefined ? undefined : { pid: Number(pid), rest: rest! }
}

/** Whether a process is PostgreSQL's, and neither a zombie nor another program to which the number has passed. */
async function isPostgres(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false
  if (process.platform !== 'linux') return true
  const [, name, state] = /^\d+ \((.*)\) (.)/s.exec(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')) ?? []
  return name === 'postgres' && state !== 'Z' && state !== 'X'
}

/** Whether the server that the lock file names is there. */
export async function postmasterLives(cluster: string): Promise<boolean> {
  const lock = await lockedBy(cluster)
  return lock !== undefined && isPostgres(lock.pid)
}

/**
 * PostgreSQL does not start while the process that its lock file names exists. After a kill -9 that may be a zombie which nobody waits for, or, in a restarted container, any program at all.
 * Then the file gets the number of no process. It is not deleted: it also names the shared memory, by which PostgreSQL sees whether processes of the old server are still at work.
 */
export async function releaseStaleLock(cluster: string): Promise<void> {
  const lock = await lockedBy(cluster)
  if (lock && isAlive(lock.pid) && !await isPostgres(lock.pid)) await writeFile(lockFile(cluster), `${nobodysPid}\n${lock.rest}`)
}
