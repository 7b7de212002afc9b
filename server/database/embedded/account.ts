import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import type { Logger } from 'pino'
import { NoisegraphError } from '../../core/errors.js'
import { copyBinaries, linkLibraries, nativeFolder, program } from './binaries.js'

/** Who runs PostgreSQL, with which programs, on which folder. */
export interface Account {
  readonly native: string
  /** The cluster's folder, mode 0700. */
  readonly cluster: string
  /** What comes before a program's name on its command line. */
  readonly prefix: readonly string[]
  /** Whose the files are and who runs the programs, where that is not the user of this process. */
  readonly user?: { readonly uid: number; readonly gid: number }
}

/** Inside the namespace we are a user with a name, as initdb asks for; the files remain ours. */
const namespace = ({ uid, gid }: { uid: number; gid: number }) => ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--']

/** `nobody` by convention, where the system does not say another number. */
const fallback = { uid: 65534, gid: 65534 }

export interface AccountOptions {
  /** Whether user namespaces may be used where the system has them. */
  readonly namespaces?: boolean
  /** Where clusters and programs go that cannot be used where they are. */
  readonly elsewhere?: string
}

/**
 * PostgreSQL refuses to run as root. Started as root, it runs as the owner of its folder or as `nobody`; where that user cannot reach the programs or the folder (a clone under
 * root's home), in a user namespace in place; and where the system allows none, from a copy under /var/lib/noisegraph.
 */
export async function chooseAccount(data: string, log: Logger, { namespaces = true, elsewhere = '/var/lib/noisegraph' }: AccountOptions = {}): Promise<Account> {
  const cluster = join(data, 'postgres')
  const installed = nativeFolder()
  const linked = await linkLibraries(installed)
  if (process.getuid?.() !== 0) {
    await mkdir(data, { recursive: true })
    return { native: linked ? installed : await copyBinaries(installed, join(data, 'postgres-programs')), cluster, prefix: hasName() ? [] : namespace(await nobody()) }
  }
  await mkdir(data, { recursive: true })
  const owner = await stat(cluster).then(({ uid, gid }) => ({ uid, gid }), () => undefined)
  const user = owner && owner.uid !== 0 ? owner : await nobody()
  const reachable = linked && works([], installed, user) && await canEnter(data, user)
  if (reachable && owner?.uid !== 0) return { native: installed, cluster, prefix: [], user }
  const prefix = namespace(await nobody())
  if (namespaces && linked && (!owner || owner.uid === 0) && works(prefix, installed)) return { native: installed, cluster, prefix }
  if (owner) throw new NoisegraphError('INTERNAL', `PostgreSQL cannot run on ${cluster} as uid ${owner.uid}: it refuses root, and that user cannot reach the folder. `
    + 'Start the server as the user who owns the folder, or name another folder in NOISEGRAPH_DATA.')
  const copy = join(elsewhere, createHash('sha256').update(data).digest('hex').slice(0, 12), 'postgres')
  log.warn({ cluster: copy }, `root's PostgreSQL cannot run in ${data}; it keeps its data in ${copy}`)
  await mkdir(dirname(copy), { recursive: true, mode: 0o755 })
  return { native: await copyBinaries(installed, join(elsewhere, 'programs')), cluster: copy, prefix: [], user }
}

async function nobody(): Promise<{ uid: number; gid: number }> {
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(users) ?? []
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : fallback
}

/** Whether the system knows this process's user: a container may run as a bare number, and initdb refuses that. */
function hasName(): boolean {
  try {
    return userInfo().username !== ''
  } catch {
    return false
  }
}

/** Whether the programs start this way at all. */
function works(prefix: readonly string[], native: string, user?: { uid: number; gid: number }): boolean {
  const [command, ...args] = [...prefix, program(native, 'postgres'), '--version']
  return spawnSync(command!, args, { cwd: '/', stdio: 'ignore', ...user }).status === 0
}

/** Whether a user may pass through a folder and everything above it, by their modes. */
async function canEnter(folder: string, { uid, gid }: { uid: number; gid: number }): Promise<boolean> {
  const { mode, uid: owner, gid: group } = await stat(folder)
  const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001
  if (!(mode & bit)) return false
  return dirname(folder) === folder || canEnter(dirname(folder), { uid, gid })
}
