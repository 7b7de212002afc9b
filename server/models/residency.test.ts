import { mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rememberingProvider, writeModel } from '../pipelines/fixture-models.js'
import { chooseDevices } from '../sessions/choose.js'
import { catalog } from './catalog.js'
import { residency, type Residency } from './residency.js'

const root = mkdtempSync(join(tmpdir(), 'noisegraph-residency-'))
afterAll(() => rmSync(root, { recursive: true }))
for (const name of ['a', 'b', 'c']) writeModel(root, name, { pipeline: 'DDPMPipeline', parts: { unet: { inputs: { sample: ['float32', 'b', 3, 'h', 'w'], timestep: ['float32'] }, outputs: { out_sample: ['float32', 'b', 3, 'h', 'w'] } } } })
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
const names = (it: Residency) => it.loaded().map(m => `${m.name} on ${m.device}`)
const visit = async (it: Residency, name: string) => it.release(await use(it, name))

test('a second use does not load again; the least recently used goes first', async () => {
  const { residency: it, opened } = kept(2)
  await visit(it, 'a')
  await visit(it, 'b')
  await visit(it, 'a')
  expect(opened()).toBe(2)
  await visit(it, 'c')
  expect(names(it)).toEqual(['a on cpu', 'c on cpu'])
})

test('what is in use or pinned stays, whatever the budget', async () => {
  const { residency: it } = kept(1)
  const busy = await use(it, 'a')
  it.pin(['b'])
  await visit(it, 'b')
  await visit(it, 'c')
  expect(names(it)).toEqual(['a on cpu', 'b on cpu', 'c on cpu'])
  await it.unload('a')
  expect(names(it)).toContain('a on cpu')
  it.release(busy)
  await it.unload('a')
  expect(names(it)).toEqual(['b on cpu', 'c on cpu'])
})

test('two who ask at once get one model', async () => {
  const { residency: it, opened } = kept(3)
  const [one, two] = await Promise.all([use(it, 'a'), use(it, 'a')])
  expect(one).toBe(two)
  expect(opened()).toBe(1)
})

test('what is loaded says its bytes and whether it is pinned; unpinned it goes again', async () => {
  const { residency: it } = kept(1)
  it.pin(['a'])
  await visit(it, 'a')
  await visit(it, 'b')
  expect(it.loaded()).toEqual([{ name: 'a', device: 'cpu', bytes: size, pinned: true }, { name: 'b', device: 'cpu', bytes: size, pinned: false }])
  it.pin([])
  await visit(it, 'c')
  expect(names(it)).toEqual(['c on cpu'])
})

test('loading ahead keeps nothing busy, reports to the last byte, and is refused where pinned models take the room', async () => {
  const { residency: it, opened } = kept(1)
  const seen: number[] = []
  for await (const { bytes, totalBytes } of it.load('a', 'cpu')) seen.push(bytes / totalBytes)
  expect([seen[0], seen.at(-1)]).toEqual([0, 1])
  await visit(it, 'a')
  expect(opened()).toBe(1)
  it.pin(['a'])
  await expect(it.load('b', 'cpu').next()).rejects.toMatchObject({ code: 'OUT_OF_MEMORY', message: expect.stringMatching(new RegExp(`"b" needs ${size} bytes.*hold ${size} of the ${size}.*\\(a\\)`)) as string })
})

test('a model whose files were changed is loaded again', async () => {
  const { residency: it, opened } = kept(3)
  await visit(it, 'a')
  utimesSync(join(root, 'a/unet/model.onnx'), 1, 1)
  await visit(it, 'a')
  expect(opened()).toBe(2)
})
