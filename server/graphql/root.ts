import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The package's folder: the nearest one above that has a package.json. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}
const root = packageRoot()

export const rootFile = (path: string): string => join(root, path)

/** Versions of this package, of Node, and of those packages that are installed. */
export function versionsOf(...names: string[]): Record<string, string> {
  const folders = createRequire(import.meta.url).resolve.paths('x') ?? []
  const manifests = names.map(name => [name, folders.map(f => join(f, name, 'package.json')).find(existsSync)] as const)
  const version = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
  return { noisegraph: version(rootFile('package.json')), node: process.versions.node, v8: process.versions.v8, ...Object.fromEntries(manifests.flatMap(([name, file]) => (file ? [[name, version(file)]] : []))) }
}
