import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { exportOf } from './host.js'

/** The places where plugins are found. Where two have one name, the earlier place keeps it. */
export interface Places {
  /** Every `.ts`, `.mts`, `.js` or `.mjs` file in them is a plugin, but tests, declarations, and files whose name starts with `_` or `.`. */
  readonly folders: readonly string[]
  /** Folders with a package.json: those of its dependencies that have the keyword `noisegraph-plugin` are plugins. */
  readonly projects: readonly string[]
}

export interface Found {
  readonly files: readonly string[]
  /** Folders and packages that could not be read. */
  readonly problems: readonly { readonly file: string; readonly reason: string }[]
}

const isPlugin = (name: string) => /\.m?[jt]s$/.test(name) && !/^[_.]|\.(test|d)\.m?[jt]s$/.test(name)

/** Reading the manifests of all dependencies takes a while, and they change when npm writes its own record of them. */
interface Known { readonly stamp: string; readonly files: readonly string[] }
const known = new Map<string, Known>()

export function find({ folders, projects }: Places): Found {
  const files: string[] = []
  const problems: { file: string; reason: string }[] = []
  const attempt = (file: string, look: () => readonly string[]) => {
    try { files.push(...look()) } catch (error) { problems.push({ file, reason: (error as Error).message }) }
  }
  for (const folder of new Set(folders)) attempt(folder, () => inFolder(folder))
  for (const project of new Set(projects)) {
    const manifest = join(project, 'package.json')
    if (existsSync(manifest)) attempt(manifest, () => inProject(manifest))
  }
  return { files: [...new Set(files)], problems }
}

function inFolder(folder: string): string[] {
  if (!existsSync(folder)) throw new Error('The folder does not exist. It is looked at again when it does.')
  if (!statSync(folder).isDirectory()) return [folder]
  return readdirSync(folder).filter(isPlugin).sort().map(name => join(folder, name))
}

function inProject(manifest: string): readonly string[] {
  const stamp = [manifest, join(dirname(manifest), 'node_modules/.package-lock.json')].map(f => statSync(f, { throwIfNoEntry: false })?.mtimeMs).join()
  const before = known.get(manifest)
  if (before?.stamp === stamp) return before.files
  const files = inPackages(manifest)
  known.set(manifest, { stamp, files })
  return files
}

/** A package may list several plugin files as `"noisegraph": { "plugins": ["a.js", "b.js"] }`; otherwise its main entry is one. */
function inPackages(project: string): string[] {
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(project, 'utf8')) as Record<string, Record<string, string>>
  const paths = createRequire(project).resolve.paths('x') ?? []
  return Object.keys({ ...dependencies, ...optionalDependencies }).flatMap(name => {
    const manifest = paths.map(p => join(p, name, 'package.json')).find(p => existsSync(p))
    if (!manifest) return []
    const it = JSON.parse(readFileSync(manifest, 'utf8')) as { keywords?: string[]; main?: string; exports?: unknown; noisegraph?: { plugins?: string[] } }
    if (!it.keywords?.includes('noisegraph-plugin')) return []
    return (it.noisegraph?.plugins ?? [exportOf(it, '.') ?? 'index.js']).map(entry => join(dirname(manifest), entry))
  })
}
