/** The tables and plots of docs/performance.md, from the committed run bench/results/engine.json. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export default async function generate(root) {
  const { documents } = await import(pathToFileURL(join(root, 'dist/bench/report.js')).href)
  return documents(JSON.parse(readFileSync(join(root, 'bench/results/engine.json'), 'utf8')), path => readFileSync(join(root, path), 'utf8'))
}
