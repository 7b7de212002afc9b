/** `npm run check`: types, lint, import rules, unused code, generated files up to date. Every check runs; the first failure decides the exit status. */
import { spawnSync } from 'node:child_process'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(fileURLToPath(import.meta.url), '../..')
const checks = [
  ['types', 'tsc', '-p', 'tsconfig.json', '--noEmit'],
  ['lint', 'eslint', '.'],
  ['imports', 'depcruise', '--config', '.dependency-cruiser.cjs', 'plugins', 'server', 'wasm', 'cli', 'client', 'examples', 'bench'],
  ['unused', 'knip'],
  ['generated', 'node', 'scripts/generate.mjs', '--check'],
]
let failed = 0
for (const [name, program, ...args] of checks) {
  const env = { ...process.env, PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter) }
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit', env, shell: process.platform === 'win32' })
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}`)
  if (status !== 0) failed = 1
}
process.exit(failed)
