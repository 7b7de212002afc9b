#!/usr/bin/env node
/**
 * The `noisegraph` command. Sees to what the program needs before it starts: a Node that is new enough (the repository brings one),
 * and in a checkout a build that is up to date. Plain JavaScript that old versions of Node can read.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 12)) restart()
else {
  build()
  await import(pathToFileURL(join(root, 'dist/cli/main.js')).href)
}

/** The same command on the Node of the repository. Signals go to both by the terminal, or are passed on. */
function restart() {
  const own = [join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node'), join(root, 'node_modules/.bin/node')].find(p => existsSync(p))
  if (!own || process.env.NOISEGRAPH_RESTARTED) {
    console.error(`noisegraph needs Node 22.12 or newer; this is ${process.versions.node}.${own ? '' : ' In a checkout, "npm ci" brings one; otherwise see https://nodejs.org.'}`)
    process.exit(1)
  }
  const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit', env: { ...process.env, NOISEGRAPH_RESTARTED: '1' } })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal) })
  child.on('exit', (status, signal) => {
    if (!signal) process.exit(status)
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}

/** Builds where a source is newer than the last build. The build itself decides by contents, and skips what has not changed. */
function build() {
  const script = join(root, 'scripts/build.mjs')
  if (!existsSync(script) || !existsSync(join(root, 'node_modules/typescript'))) return
  const record = join(root, 'dist/.build.json')
  const built = existsSync(record) && existsSync(join(root, 'dist/cli/main.js')) ? statSync(record).mtimeMs : 0
  if (!['plugins', 'server', 'wasm', 'cli', 'client', 'examples', 'bench', 'scripts', 'tsconfig.json', 'package-lock.json', 'schema.graphql'].some(p => newer(join(root, p), built))) return
  const { status } = spawnSync(process.execPath, [script], { cwd: root, stdio: ['ignore', 2, 2] })
  if (status === 0) {
    try { utimesSync(record, new Date(), new Date()) } catch { /* Another user's checkout: it is looked at again next time. */ }
  } else if (!built) process.exit(1)
  else console.error('noisegraph: the build failed; going on with the last one.')
}

function newer(path, than) {
  const it = statSync(path, { throwIfNoEntry: false })
  if (!it) return false
  if (!it.isDirectory()) return it.mtimeMs > than
  return readdirSync(path, { withFileTypes: true }).some(e => !e.name.startsWith('.') && e.name !== 'node_modules' && (e.isDirectory() || !e.name.startsWith('_') ? newer(join(path, e.name), than) : false))
}
