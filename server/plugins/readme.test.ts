import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustPass, testSampler } from '../../plugins/sdk/conformance/index.js'
import { packageRoot } from './host.js'
import { openPlugins } from './loader.js'

/** The plugins that the documents show, as a reader would paste them. */
const shown = ['README.md', 'CONTRIBUTING.md'].flatMap(file => {
  const text = readFileSync(join(packageRoot, file), 'utf8')
  const fenced = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(m => m[1]!)
  const indented = [...text.matchAll(/\n((?: {4}.*\n|\n)+)/g)].map(m => m[1]!.replace(/^ {4}/gm, ''))
  return [...fenced, ...indented].filter(code => code.includes('export default sampler(')).map(code => ({ file, code }))
})

test.each(shown)('the sampler in $file', async ({ code }) => {
  const folder = mkdtempSync(join(tmpdir(), 'noisegraph-readme-'))
  try {
    mkdirSync(join(folder, 'drop'))
    writeFileSync(join(folder, 'drop/pasted.ts'), code.replace('../sdk/index.js', 'noisegraph/sdk'))
    const plugins = await openPlugins({ folders: [join(folder, 'drop')], projects: [], cache: join(folder, 'cache'), watch: false, construct: () => { throw new Error('no class was shown') } })
    expect(plugins.failures()).toEqual([])
    mustPass(await testSampler(plugins.samplers()[0]!))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('each document shows one', () => expect(shown.map(s => s.file)).toEqual(['README.md', 'CONTRIBUTING.md']))
