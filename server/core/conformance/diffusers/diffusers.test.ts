import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Sampler } from '../../../../plugins/sdk/index.js'
import { runSamplerConformance } from '../index.js'
import { recording } from '../read.js'

const golden = fileURLToPath(new URL('../../../../../golden/samplers', import.meta.url))
const folder = new URL('../../../../plugins/samplers/', import.meta.url)
const samplers: Sampler[] = []
for (const file of readdirSync(folder)) if (/(?<!\.test)\.js$/.test(file)) samplers.push(((await import(new URL(file, folder).href)) as { default: Sampler }).default)

test('scheduler classes, their tables and forward process, and random streams', async () => {
  const { cases, passed } = await runSamplerConformance(golden, { samplers })
  expect(cases.filter(c => c.status !== 'passed').map(c => `${c.id}: ${c.reason}`)).toEqual([])
  expect(passed).toBe(507 + 85 + 11 + 315 + 204)
})

describe('a recording that does not fit', () => {
  let broken: string
  beforeEach(async () => { broken = await mkdtemp(join(tmpdir(), 'golden-')) })
  afterEach(() => rm(broken, { recursive: true }))
  const save = (name: string, content: unknown) => writeFile(join(broken, name), gzipSync(JSON.stringify(content)))

  test('fails where the result is another', async () => {
    const { cases, ...header } = await recording(golden, 'sampler_DDIM.json.gz')
    const [first] = cases as { id: string; final: string }[]
    const final = Buffer.from(first!.final, 'base64')
    final.writeFloatLE(final.readFloatLE(0) + 1e-3, 0)
    await save('sampler_DDIM.json.gz', { ...header, cases: [{ ...first, final: final.toString('base64') }] })
    const { failed, cases: [result] } = await runSamplerConformance(broken, { samplers })
    expect(failed).toBe(1)
    expect(result!.error).toBeCloseTo(1e-3, 5)
    expect(result!.reason).toContain('final sample')
  })

  test('fails where a wrong request runs through, and where a kind is not known says so', async () => {
    await save('sampler_DDIM.json.gz', {
      init: [1, 1, 0, 1], image: [1, 1, 0, 1],
      cases: [
        { id: 'fine', kind: 'error', class: 'DDIMScheduler', config: {}, steps: 5, driver: 'standard', reason: 'made up' },
        { id: 'other', kind: 'dance', class: 'DDIMScheduler', config: {}, steps: 5 },
      ],
    })
    const { cases } = await runSamplerConformance(broken, { samplers })
    expect(cases.map(c => [c.id, c.status])).toEqual([['fine', 'failed'], ['other', 'skipped']])
  })

  test('is refused where no file of the folder is known', async () => {
    await expect(runSamplerConformance(broken, { samplers })).rejects.toThrow('no recordings of a known format')
  })
})
