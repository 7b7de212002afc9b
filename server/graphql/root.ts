import { existsSync, readFileSync } from 'node:fs'
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

export const packageVersion = (): string => (JSON.parse(readFileSync(rootFile('package.json'), 'utf8')) as { version: string }).version
