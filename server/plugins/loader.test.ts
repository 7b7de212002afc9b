import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PluginEvent } from '../core/services.js'
import { packageRoot } from './host.js'
import { openPlugins, type LoaderOptions } from './loader.js'

const source = (name: string, summary = 'Does nothing.') => `
import { sampler, mix, type Tensor } from 'noisegraph/sdk'
export default sampler({
  name: '${name}', summary: '${summary}', cites: '', order: 1, options: {},
  async *sample({ x }) { const y: Tensor = mix([1, x]); return y },
})
`
let folder: string
let opened: Awaited<ReturnType<typeof openPlugins>> | undefined
const open = async (more: Partial<LoaderOptions> = {}) => opened = await openPlugins({
  folders: [join(folder, 'drop')], projects: [], cache: join(folder, 'cache'), watch: false,
  construct: Type => ({ plugin: new (Type as new () => unknown)(), dispose: () => {} }), ...more,
})
const put = (name: string, text: string) => writeFileSync(join(folder, 'drop', name), text)
const names = () => opened!.samplers().map(s => s.name)
const failure = () => opened!.failures()[0]!

beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'noisegraph-plugins-')); mkdirSync(join(folder, 'drop')) })
afterEach(async () => { await opened?.close(); opened = undefined; rmSync(folder, { recursive: true, force: true }) })

test('every file of the repository\'s plugin folders loads', async () => {
  await open({ folders: ['samplers', 'conditioners'].map(f => join(packageRoot, 'plugins', f)) })
  expect(opened!.failures()).toEqual([])
  expect(names()).toContain('euler')
  expect(opened!.conditioners().map(c => c.name)).toContain('inpaint')
})

test('a plugin sees the sdk of the host, whichever way it imports it', async () => {
  const { mix } = await import('../../plugins/sdk/index.js')
  put('one.ts', source('one').replace('order: 1', 'order: 1, mix'))
  await open()
  expect((opened!.sampler('one') as unknown as { mix: unknown }).mix).toBe(mix)
})

test('files come, change and go', async () => {
  put('one.ts', source('one'))
  put('one.test.ts', 'throw new Error("a test is not a plugin")')
  put('_shared.ts', 'export const sentence: string = "From a helper."')
  await open()
  expect(names()).toEqual(['one'])
  put('two.js', `import { sentence } from './_shared.js'\n${source('two').replace(", type Tensor", '').replace(': Tensor', '').replace("'Does nothing.'", 'sentence')}`)
  await opened!.reload()
  expect(names()).toEqual(['one', 'two'])
  expect(opened!.sampler('two').summary).toBe('From a helper.')
  put('_shared.ts', 'export const sentence: string = "The helper was edited."')
  await opened!.reload()
  expect(opened!.sampler('two').summary).toBe('The helper was edited.')
  rmSync(join(folder, 'drop/one.ts'))
  await opened!.reload()
  expect(names()).toEqual(['two'])
  expect(() => opened!.sampler('tow')).toThrow('No sampler is called "tow". There are: two.')
})

test('a file that was just emptied is waited for; one that stays empty is reported', async () => {
  put('one.ts', source('one'))
  await open()
  put('one.ts', '')
  put('two.ts', '')
  await opened!.reload()
  expect([names(), opened!.failures()]).toEqual([['one'], []])
  put('one.ts', source('one', 'Edited.'))
  await opened!.reload()
  expect(opened!.sampler('one').summary).toBe('Edited.')
  const old = new Date(Date.now() - 5000)
  utimesSync(join(folder, 'drop/two.ts'), old, old)
  await opened!.reload()
  expect(failure()).toMatchObject({ type: 'failed', name: 'two' })
})

test('a broken file is reported with its place; its last good version and the others go on', async () => {
  put('one.ts', source('one'))
  put('two.ts', source('two'))
  await open()
  put('two.ts', source('two').replace('order: 1,', 'order: = 1,'))
  await opened!.reload()
  expect(failure()).toMatchObject({ type: 'failed', name: 'two', file: join(folder, 'drop/two.ts'), line: 4, reason: expect.stringContaining('loaded before stays in use') })
  expect(failure().column).toBe(source('two').split('\n')[3]!.indexOf('order: 1,') + 8)
  expect(names()).toEqual(['one', 'two'])
  put('two.ts', source('two', 'Mended.'))
  await opened!.reload()
  expect(opened!.failures()).toEqual([])
  expect(opened!.sampler('two').summary).toBe('Mended.')
})

test.each([
  ['throws while it loads', `${source('bad')}\nconst nothing: string[] = []\n\nnothing[0]!.length`, { line: 10, reason: /undefined/ }],
  ['imports a name that the sdk lacks', source('bad').replace('mix,', 'mix, blend,').replace('mix([1', 'blend([1'), { reason: /blend/ }],
  ['imports a package that is not there', `import 'no-such-package-anywhere'\n${source('bad')}`, { reason: /npm install no-such-package-anywhere/ }],
  ['imports a file that is not there', `import './missing.js'\n${source('bad')}`, { reason: /Cannot find "\.\/missing\.js"/ }],
  ['has no default export', 'export const a = 1', { reason: /no default export/ }],
  ['has a name that no API could say', source('Not A Name'), { reason: /lower-case letters/ }],
  ['has a default outside its bounds', source('bad').replace('options: {}', 'options: { eta: { kind: "number", about: "Noise.", default: 2, max: 1 } }'), { reason: /default 2 is not a number of at most 1/ }],
  ['has an option of no kind', source('bad').replace('options: {}', 'options: { eta: { kind: "colour", about: "Noise." } }'), { reason: /kind "colour" is not one of/ }],
  ['takes a name that is taken', source('one'), { reason: /already a sampler named "one", in .*one\.ts/ }],
])('a file that %s', async (_, text, expected) => {
  put('one.ts', source('one'))
  put('zbad.ts', text)
  await open()
  expect(opened!.failures()).toHaveLength(1)
  expect(failure().file).toBe(join(folder, 'drop/zbad.ts'))
  expect(failure().reason).toMatch(expected.reason)
  if ('line' in expected) expect(failure().line).toBe(expected.line)
  expect(names()).toEqual(['one'])
})

test('a name is free again when its file goes', async () => {
  put('one.ts', source('one'))
  put('other.ts', source('one', 'The other.'))
  await open()
  rmSync(join(folder, 'drop/one.ts'))
  await opened!.reload()
  expect(opened!.failures()).toEqual([])
  expect(opened!.sampler('one').summary).toBe('The other.')
})

test('a folder that is not there, and a package with the keyword', async () => {
  const there = join(folder, 'node_modules/noisegraph-sampler-four')
  mkdirSync(join(there, 'lib'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies: { 'noisegraph-sampler-four': '1', 'not-installed': '1' } }))
  writeFileSync(join(there, 'package.json'), JSON.stringify({ name: 'noisegraph-sampler-four', keywords: ['noisegraph-plugin'], exports: { '.': { import: './lib/four.mjs' } } }))
  writeFileSync(join(there, 'lib/four.mjs'), source('four').replace(", type Tensor", '').replace(': Tensor', ''))
  await open({ projects: [folder], folders: [join(folder, 'absent')] })
  expect(names()).toEqual(['four'])
  expect(failure()).toMatchObject({ file: join(folder, 'absent'), reason: expect.stringContaining('does not exist') })
})

test('a class is constructed, and disposed when its file is replaced', async () => {
  const log: string[] = []
  put('one.ts', `export default class One { name = 'one'; summary = 'A class.'; cites = ''; order = 1; options = {}; async *sample() {} }`)
  await open({ construct: Type => { log.push('made'); return { plugin: new (Type as new () => unknown)(), dispose: () => { log.push('disposed') } } } })
  expect(names()).toEqual(['one'])
  put('one.ts', source('one'))
  await opened!.reload()
  expect(log).toEqual(['made', 'disposed'])
})

test('while watching, events tell of files that are dropped in, renamed over, broken and removed', async () => {
  await open({ watch: true })
  const stop = new AbortController()
  const seen: PluginEvent[] = []
  const reading = (async () => { for await (const event of opened!.events(stop.signal)) seen.push(event) })()
  const until = async (type: string, since = seen.length) => {
    const end = Date.now() + 10_000
    while (!seen.slice(since).some(e => e.type === type)) {
      if (Date.now() > end) throw new Error(`no "${type}" among ${JSON.stringify(seen)}`)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  }
  let wait = until('loaded')
  put('one.ts', source('one'))
  await wait
  wait = until('reloaded')
  writeFileSync(join(folder, 'drop/.one.ts.swp'), source('one', 'Saved by renaming.'))
  renameSync(join(folder, 'drop/.one.ts.swp'), join(folder, 'drop/one.ts'))
  await wait
  expect(opened!.sampler('one').summary).toBe('Saved by renaming.')
  wait = until('failed')
  put('one.ts', 'export default {')
  await wait
  wait = until('removed')
  rmSync(join(folder, 'drop/one.ts'))
  await wait
  expect(names()).toEqual([])
  stop.abort()
  await reading
})
