import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const folders = ['plugins', 'server', 'wasm', 'cli', 'client', 'examples', 'bench']

/** TypeScript to dist/, types checked. The compiler trusts its own record: files that it wrote and that are gone are not missed, and what came of a source that is gone stays. Both are seen to here. */
export default {
  name: 'typescript',
  inputs: [...folders.map(f => `${f}/`), 'tsconfig.json', 'package-lock.json', 'scripts/build/20-typescript.mjs'],
  outputs: ['dist/plugins/sdk/index.js', 'dist/cli/main.js'],
  run({ root, run }) {
    const sources = new Set(folders.flatMap(f => list(join(root, f), f)).filter(f => f.endsWith('.ts') && !f.endsWith('.d.ts') && !f.startsWith('wasm/kernels/')).map(f => f.slice(0, -3)))
    if ([...sources].some(f => !existsSync(join(root, 'dist', `${f}.js`)))) rmSync(join(root, 'dist/.tsbuildinfo'), { force: true })
    run('tsc', '-p', 'tsconfig.json')
    for (const file of folders.flatMap(f => list(join(root, 'dist', f), f))) {
      const made = /^(.*?)(\.d\.ts|\.js|\.js\.map)$/.exec(file)
      if (made && !sources.has(made[1])) rmSync(join(root, 'dist', file))
    }
  },
}

/** Files below a folder, by their path from the root. */
const list = (path, name) => !existsSync(path) ? [] : readdirSync(path, { withFileTypes: true })
  .flatMap(e => e.name === 'node_modules' ? [] : e.isDirectory() ? list(join(path, e.name), `${name}/${e.name}`) : [`${name}/${e.name}`])
