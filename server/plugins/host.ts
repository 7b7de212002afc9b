import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The folder of the package, which holds `plugins/` (sources) and `dist/` (what runs). */
export const packageRoot = resolve(fileURLToPath(import.meta.url), '../../../..')

const dist = join(packageRoot, 'dist')
const exported: Readonly<Record<string, string>> = {
  'noisegraph/sdk': join(dist, 'plugins/sdk/index.js'),
  'noisegraph/conformance': join(dist, 'plugins/sdk/conformance/index.js'),
}
/** Packages whose state must exist once: decorators write where the container reads. */
const shared = ['tsyringe', 'reflect-metadata']

/** Where an import of a plugin leads: a module to import as it is, or a source of the plugin's own that is compiled as well. */
export type Target = { readonly module: string } | { readonly source: string }

/**
 * Resolves an import as seen from a plugin file. The sdk, by its public name or by its path, is the host's own running module: two copies
 * would be two types of everything. Relative imports are the plugin's own sources. Packages are looked up from the plugin's folder upwards, as Node does.
 */
export function resolveImport(specifier: string, from: string): Target {
  if (specifier.startsWith('node:')) return { module: specifier }
  if (exported[specifier]) return { module: pathToFileURL(exported[specifier]).href }
  if (shared.includes(specifier)) return { module: import.meta.resolve(specifier) }
  if (!specifier.startsWith('.') && !isAbsolute(specifier)) return { module: specifier.startsWith('file:') ? specifier : packageOf(specifier, from) }
  const path = resolve(dirname(from), specifier)
  const sdk = join(packageRoot, 'plugins/sdk') + sep
  if (path.startsWith(sdk)) return { module: pathToFileURL(join(dist, 'plugins/sdk', path.slice(sdk.length))).href }
  const source = [path, path.replace(/\.([cm]?)js$/, '.$1ts'), `${path}.ts`, `${path}.js`].find(p => existsSync(p))
  if (!source) throw new Error(`Cannot find "${specifier}": there is no ${path}.`)
  return { source }
}

/** The entry of a package for `import`. Node's own resolver answers `require` only when given another folder, so that packages with ESM alone need the second look. */
function packageOf(specifier: string, from: string): string {
  const require = createRequire(from)
  try {
    const found = require.resolve(specifier)
    return isAbsolute(found) ? pathToFileURL(found).href : `node:${found}`
  } catch (error) {
    const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
    const folder = (require.resolve.paths(name) ?? []).map(p => join(p, name)).find(p => existsSync(join(p, 'package.json')))
    const entry = folder && exportOf(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')), `.${specifier.slice(name.length)}`)
    if (folder && entry) return pathToFileURL(join(folder, entry)).href
    throw new Error(folder ? `The package "${name}" does not export "${specifier}".`
      : `Cannot find the package "${name}". Install it beside the plugin: cd ${dirname(from)} && npm install ${name}`, { cause: error })
  }
}

/** The file that a package.json names for a subpath under the conditions of `import`; patterns are not supported. */
export function exportOf(manifest: { exports?: unknown; main?: string }, subpath: string): string | undefined {
  const pick = (target: unknown): string | undefined => typeof target === 'string' ? target
    : Array.isArray(target) ? target.map(pick).find(Boolean)
    : target && typeof target === 'object' ? Object.entries(target).filter(([c]) => ['node', 'import', 'module-sync', 'default'].includes(c)).map(([, t]) => pick(t)).find(Boolean)
    : undefined
  const { exports, main } = manifest
  if (exports === undefined) return subpath === '.' ? main ?? 'index.js' : subpath
  const bySubpath = typeof exports === 'object' && exports !== null && !Array.isArray(exports) && Object.keys(exports).some(k => k.startsWith('.'))
  return bySubpath ? pick((exports as Record<string, unknown>)[subpath]) : subpath === '.' ? pick(exports) : undefined
}
