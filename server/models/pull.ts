import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { listFiles, modelInfo } from '@huggingface/hub'
import { NoisegraphError } from '../core/errors.js'
import { readOnnxHeader } from '../sessions/onnx-header.js'
import { readModelFolder, type ModelFolder } from './folder.js'
import { parsePythonJson } from './json.js'
import { download, type RemoteFile } from './pull-files.js'

export interface PullRequest {
  /** `owner/name`, or `owner/name@revision`. */
  readonly repo: string
  /** A branch, tag or commit; `main` where neither says one. */
  readonly revision?: string
  /** Folder that holds the model folders. */
  readonly into: string
  /** Name of the folder; the repository's own when left out. */
  readonly name?: string
  /** Another hub than huggingface.co, or a mirror. */
  readonly endpoint?: string
  readonly token?: string
  readonly signal?: AbortSignal
}
export interface Pulling { readonly type: 'pulling'; readonly file: string; readonly bytes: number; readonly totalBytes: number }

/**
 * Brings a model in diffusers-ONNX layout from a hub: of each part that its index lists the network, its config and the weights beside it, nothing else.
 * What was interrupted goes on where it ended. The folder appears under its name only when everything is there and has been checked.
 * @throws UNKNOWN_MODEL, BROKEN_MODEL, INVALID_OPTION
 */
export async function* pullModel({ endpoint = 'https://huggingface.co', token, signal = new AbortController().signal, ...request }: PullRequest): AsyncGenerator<Pulling, ModelFolder> {
  const { into } = request
  const { id, revision, name: folder, target } = checkPull(request)
  const access = { hubUrl: endpoint, ...(token && { accessToken: token }) }
  const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {}
  const commit = await asked(id, () => modelInfo({ name: id, revision, additionalFields: ['sha'], ...access })).then(i => i.sha)
  const remote = new Map<string, RemoteFile>()
  for (const entry of await asked(id, () => collected(listFiles({ repo: id, recursive: true, revision: commit, ...access })))) if (entry.type === 'file')
    remote.set(entry.path, { path: entry.path, size: entry.size, url: `${endpoint}/${id}/resolve/${commit}/${entry.path}`, ...(entry.lfs ? { sha256: entry.lfs.oid } : entry.oid && { gitId: entry.oid }) })
  if (!remote.has('model_index.json')) throw new NoisegraphError('BROKEN_MODEL', `${id} has no model_index.json: it is not in diffusers layout.`, 'repo')

  const staging = await stagingFor(into, folder, commit)
  let [done, total] = [0, 0]
  async function* fetchAll(files: readonly RemoteFile[]): AsyncGenerator<Pulling> {
    total += files.reduce((sum, f) => sum + f.size, 0)
    for (const file of files) {
      for await (const bytes of download(file, join(staging, file.path), headers, signal)) yield { type: 'pulling', file: file.path, bytes: done + bytes, totalBytes: total }
      done += file.size
    }
  }
  yield* fetchAll([remote.get('model_index.json')!])
  const index = parsePythonJson(readFileSync(join(staging, 'model_index.json'), 'utf8')) as Record<string, unknown>
  yield* fetchAll(neededFiles(index, [...remote.values()]))
  // Weights that a network keeps beside itself may have any name; its file says which.
  const weights = [...remote.keys()].filter(p => p.endsWith('/model.onnx') && existsSync(join(staging, p))).flatMap(p => Object.keys(readOnnxHeader(join(staging, p)).external).map(f => `${p.slice(0, -'model.onnx'.length)}${f}`))
  yield* fetchAll(weights.map(path => remote.get(path) ?? missing(id, path)))
  readModelFolder(staging)
  await rm(join(staging, '.commit'))
  await rename(staging, target)
  return readModelFolder(target)
}

/**
 * What a request names, and where it goes.
 * @throws INVALID_OPTION where it names nothing that could be, or a model that is there already.
 */
export function checkPull({ repo, revision: asked, into, name }: Pick<PullRequest, 'repo' | 'revision' | 'into' | 'name'>) {
  const [id, revision = asked ?? 'main'] = repo.split('@') as [string, string?]
  if (!/^[\w.-]+\/[\w.-]+$/.test(id)) throw new NoisegraphError('INVALID_OPTION', `"${repo.slice(0, 100)}" is not a repository: write owner/name, or owner/name@revision.`, 'repo')
  if (!/^[\w./-]{1,200}$/.test(revision)) throw new NoisegraphError('INVALID_OPTION', `"${revision.slice(0, 100)}" is not a revision: name a branch, a tag or a commit.`, 'revision')
  const folder = name ?? id.split('/')[1]!
  if (!/^[\w.-]+$/.test(folder) || folder.startsWith('.')) throw new NoisegraphError('INVALID_OPTION', `"${folder.slice(0, 100)}" cannot be a folder's name: letters, digits, "-", "_" and "." can.`, 'name')
  const target = join(into, folder)
  if (existsSync(target)) throw new NoisegraphError('INVALID_OPTION', `There is a model "${folder}" already. Remove it, or give another name.`, 'name')
  return { id, revision, name: folder, target }
}

const missing = (id: string, path: string): never => { throw new NoisegraphError('BROKEN_MODEL', `${id} lacks ${path}, which one of its networks needs.`, 'repo') }

/** The index's parts: networks with their configs, small files of tokenizers and schedulers; licences. */
function neededFiles(index: Readonly<Record<string, unknown>>, files: readonly RemoteFile[]): readonly RemoteFile[] {
  const listed = Object.entries(index).filter(([, v]) => Array.isArray(v) && typeof v[1] === 'string').map(([part]) => part)
  const folders = new Set([...listed, ...(listed.includes('vae') ? ['vae_encoder', 'vae_decoder'] : [])])
  return files.filter(({ path }) => {
    const [part, file, deeper] = path.split('/')
    if (file === undefined) return /^(LICENSE|NOTICE|noisegraph\.json)/i.test(part!)
    return folders.has(part!) && deeper === undefined && (/^(model\.onnx|.*\.(json|txt))$/.test(file) || file === 'spiece.model')
  })
}

/** Where an unfinished pull is kept; one of another commit is thrown away. */
async function stagingFor(into: string, folder: string, commit: string): Promise<string> {
  const staging = join(into, `.pulling-${folder}`)
  const mark = join(staging, '.commit')
  if (existsSync(staging) && (!existsSync(mark) || readFileSync(mark, 'utf8') !== commit)) await rm(staging, { recursive: true })
  await mkdir(staging, { recursive: true })
  writeFileSync(mark, commit)
  return staging
}

async function collected<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const out: T[] = []
  for await (const item of items) out.push(item)
  return out
}

async function asked<T>(id: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    const status = (error as { statusCode?: number }).statusCode
    const why = status === 404 || status === 401 ? 'there is no such repository or revision, or it needs a token' : error instanceof Error ? [error.message, error.cause instanceof Error ? error.cause.message : ''].filter(Boolean).join(': ') : String(error)
    throw new NoisegraphError('UNKNOWN_MODEL', `${id} cannot be read: ${why}.`, 'repo', { cause: error })
  }
}
