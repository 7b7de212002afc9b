/** The tables and plots of docs/performance.md, from the committed runs bench/results/engine*.json and memory*.json. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export default async function generate(root) {
  const from = name => import(pathToFileURL(join(root, `dist/bench/${name}.js`)).href)
  const { documents } = await from('report'), { sourcesOf } = await from('sources')
  return documents(sourcesOf(root), path => readFileSync(join(root, path), 'utf8'))
}
