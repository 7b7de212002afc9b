/**
 * Writes every generated file (`_x.ts`, docs tables) by running the generators of scripts/generate/ in order of their names.
 * With --check it writes nothing and fails where a file differs from what would be written.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = resolve(fileURLToPath(import.meta.url), '../..')
const checkOnly = process.argv.includes('--check')
const folder = join(root, 'scripts/generate')
let stale = 0
for (const file of existsSync(folder) ? readdirSync(folder).sort() : []) {
  const { default: generate } = await import(pathToFileURL(join(folder, file)).href)
  for (const [path, text] of Object.entries(await generate(root))) {
    const at = join(root, path)
    if (existsSync(at) && readFileSync(at, 'utf8') === text) continue
    if (checkOnly) { console.error(`${path} is out of date: run "npm run generate".`); stale = 1; continue }
    mkdirSync(dirname(at), { recursive: true })
    writeFileSync(at, text)
    console.log(`wrote ${path}`)
  }
}
process.exit(stale)
