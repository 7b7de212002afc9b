import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes, createHash } from 'node:crypto'
import { once } from 'node:events'
import { access, chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Account } from './account.js'
import { program } from './binaries.js'

const role = 'noisegraph'

/** Starts one of PostgreSQL's programs as the account's user. */
export function launch(account: Account, name: Parameters<typeof program>[1], args: readonly string[], output: 'pipe' | number, detached = false): ChildProcess {
  const [command, ...rest] = [...account.prefix, program(account.native, name), ...args]
  return spawn(command!, rest, { cwd: process.platform === 'win32' ? account.native : '/', stdio: ['ignore', output, output], detached, windowsHide: true, ...account.user })
}

/** Runs a program to its end; throws with what it said when it fails. */
export async function runToEnd(account: Account, name: Parameters<typeof program>[1], args: readonly string[]): Promise<void> {
  const child = launch(account, name, args, 'pipe')
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => { said += chunk.toString() })
  const [status] = await once(child, 'close') as [number | null]
  if (status !== 0) throw new Error(`${name} failed with status ${status}: ${said.trim().split('\n').slice(-20).join('\n')}`)
}

/** Makes the cluster where there is none. It is made beside its place and renamed, so an interrupted start leaves no half of one. */
export async function ensureCluster(account: Account): Promise<void> {
  if (await access(join(account.cluster, 'PG_VERSION')).then(() => true, () => false)) return
  await sweepUnfinished(account.cluster)
  const making = `${account.cluster}.new-${process.pid}-${randomBytes(4).toString('hex')}`
  await makePrivate(making, account)
  const password = `${making}.password`
  await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 })
  if (account.user) await chown(password, account.user.uid, account.user.gid)
  try {
    await runToEnd(account, 'initdb', ['-D', making, '-U', role, '--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions',
      ...process.platform === 'win32' ? ['--auth=scram-sha-256', `--pwfile=${password}`] : ['--auth-local=trust', '--auth-host=reject']])
    if (process.platform === 'win32') await rename(password, join(making, 'noisegraph-password'))
    await rename(making, account.cluster).catch((error: NodeJS.ErrnoException) => {
      // Another process was faster.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(password, { force: true })
    await rm(making, { recursive: true, force: true })
  }
}

/** What starts that were killed left behind. */
async function sweepUnfinished(cluster: string): Promise<void> {
  for (const name of await readdir(dirname(cluster))) {
    const [, pid] = new RegExp(`^${basename(cluster)}\\.new-(\\d+)-`).exec(name) ?? []
    if (pid && !isAlive(Number(pid))) await rm(join(dirname(cluster), name), { recursive: true, force: true })
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function makePrivate(folder: string, { user }: Account): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  if (user) await chown(folder, user.uid, user.gid)
}

/** How the server is reached: its settings, and the address. */
export interface Address { readonly settings: readonly string[]; readonly url: string }

/** The address sun_path of a Unix socket has room for 107 bytes on Linux and 103 on macOS. */
const longest = 103 - '/.s.PGSQL.5432'.length

/**
 * A Unix socket in the cluster's folder, which nobody but its owner may enter, so that no password is needed; in a private folder of its own where the path is too long.
 * On Windows, which has no such sockets in Node, a loopback port that follows from the folder, with a password.
 */
export async function addressOf(account: Account): Promise<Address> {
  const digest = createHash('sha256').update(account.cluster).digest()
  if (process.platform === 'win32') {
    const port = 49152 + digest.readUInt16BE(0) % 16000
    const password = (await readFile(join(account.cluster, 'noisegraph-password'), 'utf8')).trim()
    return { settings: ['-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`], url: `postgresql://${role}:${password}@127.0.0.1:${port}/postgres` }
  }
  const folder = Buffer.byteLength(account.cluster) <= longest ? account.cluster : join(tmpdir(), `noisegraph-${account.user?.uid ?? process.getuid!()}-${digest.toString('hex').slice(0, 12)}`)
  if (folder !== account.cluster) await makePrivate(folder, account)
  return {
    settings: ['-c', 'listen_addresses=', '-c', 'port=5432', '-c', `unix_socket_directories="${folder}"`],
    url: `postgresql://${role}@localhost/postgres?host=${encodeURIComponent(folder)}`,
  }
}
