/**
 * Builds what is out of date and nothing else: generated sources, TypeScript, WASM, the page's GraphiQL.
 * Each step names its inputs and outputs; a step whose inputs have the recorded digest is skipped.
 *   node scripts/build.mjs [--force] [step ...]
 */
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = resolve(fileURLToPath(import.meta.url), '../..')
const steps = (await Promise.all(readdirSync(join(root, 'scripts/build')).sort().map(f => import(pathToFileURL(join(root, 'scripts/build', f)).href)))).map(m => m.default)

const args = process.argv.slice(2)
const force = args.includes('--force')
const wanted = args.filter(a => !a.startsWith('--'))
const unknown = wanted.filter(w => !steps.some(s => s.name === w))
if (unknown.length) fail(`no build step "${unknown[0]}"; there are ${steps.map(s => s.name).join(', ')}.`)

mkdirSync(join(root, 'dist'), { recursive: true })
const record = join(root, 'dist/.build.json')
const digests = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : {}

for (const step of steps) {
  if (wanted.length && !wanted.includes(step.name)) continue
  const digest = digestOf(step.inputs)
  if (!force && digests[step.name] === digest && step.outputs.every(o => existsSync(join(root, o)))) continue
  const began = performance.now()
  await step.run({ root, run })
  digests[step.name] = digestOf(step.inputs)
  writeFileSync(record, JSON.stringify(digests, null, 2))
  console.log(`built ${step.name} in ${((performance.now() - began) / 1000).toFixed(1)} s`)
}

/** Runs a program of node_modules/.bin on this Node; its output is shown, its failure ends the build. */
function run(program, ...programArgs) {
  const path = [join(root, 'node_modules/.bin'), process.env.PATH].join(process.platform === 'win32' ? ';' : ':')
  const { status, error } = spawnSync(program, programArgs, { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path }, shell: process.platform === 'win32' })
  if (error || status !== 0) fail(`${program} ${programArgs.join(' ')} failed${error ? `: ${error.message}` : ` with status ${status}`}.`)
}

/** Names, sizes and contents of the input files. A path that ends in / is walked. */
function digestOf(inputs) {
  const hash = createHash('sha256')
  for (const file of inputs.flatMap(walk)) hash.update(relative(root, file).split(sep).join('/')).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

function walk(path) {
  const at = join(root, path)
  if (!existsSync(at)) return []
  if (!statSync(at).isDirectory()) return [at]
  return readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(e => e.name === 'node_modules' || e.name.startsWith('.') ? [] : e.isDirectory() ? walk(join(path, e.name)) : [join(at, e.name)])
}

function fail(message) {
  console.error(`build: ${message}`)
  process.exit(1)
}
