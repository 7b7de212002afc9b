import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rememberingProvider, writeModel } from '../pipelines/fixture-models.js'
import { chooseDevices } from '../sessions/choose.js'
import { catalog } from './catalog.js'
import { residency, type Residency } from './residency.js'

const root = mkdtempSync(join(tmpdir(), 'noisegraph-residency-'))
afterAll(() => rmSync(root, { recursive: true }))
const names = ['a', 'b', 'c']
for (const name of names) writeModel(root, name, { pipeline: 'DDPMPipeline', parts: { unet: { inputs: { sample: ['float32', 'b', 3, 'h', 'w'], timestep: ['float32'] }, outputs: { out_sample: ['float32', 'b', 3, 'h', 'w'] } } } })
const size = catalog([root]).folder('a').parts.get('unet')!.bytes

function kept(models: number) {
  let opened = 0
  const provider = rememberingProvider([])
  const counting = { ...provider, open: (file: string) => { opened++; return provider.open(file) } }
  return { residency: residency(catalog([root]), chooseDevices([counting]), models * size), opened: () => opened }
}
async function use(it: Residency, name: string) {
  const loading = it.use(name, 'cpu')
  let next = await loading.next()
  while (!next.done) next = await loading.next()
  return next.value
}
const visit = async (it: Residency, name: string) => it.release(await use(it, name))

test('a second use does not load again; the least recently used goes first', async () => {
  const { residency: it, opened } = kept(2)
  await visit(it, 'a')
  await visit(it, 'b')
  await visit(it, 'a')
  expect(opened()).toBe(2)
  await visit(it, 'c')
  expect(it.loaded()).toEqual(['a on cpu', 'c on cpu'])
})

test('what is in use or pinned stays, whatever the budget', async () => {
  const { residency: it } = kept(1)
  const busy = await use(it, 'a')
  it.pin('b', true)
  await visit(it, 'b')
  await visit(it, 'c')
  expect(it.loaded()).toEqual(['a on cpu', 'b on cpu', 'c on cpu'])
  await it.unload('a')
  expect(it.loaded()).toContain('a on cpu')
  it.release(busy)
  await it.unload('a')
  expect(it.loaded()).toEqual(['b on cpu', 'c on cpu'])
})

test('two who ask at once get one model', async () => {
  const { residency: it, opened } = kept(3)
  const [one, two] = await Promise.all([use(it, 'a'), use(it, 'a')])
  expect(one).toBe(two)
  expect(opened()).toBe(1)
})
