import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** `npx noisegraph` in the checkout runs its own command: npm links the commands of dependencies only. */
export default {
  name: 'command',
  inputs: ['scripts/build/01-bin.mjs'],
  outputs: ['node_modules/.bin/noisegraph'],
  run({ root }) {
    const bin = join(root, 'node_modules/.bin')
    const link = join(bin, 'noisegraph')
    mkdirSync(bin, { recursive: true })
    rmSync(link, { force: true })
    if (process.platform === 'win32') {
      writeFileSync(`${link}.cmd`, '@node "%~dp0\\..\\..\\cli\\noisegraph.mjs" %*\r\n')
      writeFileSync(link, '#!/bin/sh\nexec node "$(dirname "$0")/../../cli/noisegraph.mjs" "$@"\n')
    } else symlinkSync('../../cli/noisegraph.mjs', link)
    if (existsSync(link)) chmodSync(link, 0o755)
  },
}
