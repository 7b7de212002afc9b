import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Sampler } from '../../../../plugins/sdk/index.js'
import { runSamplerConformance } from '../index.js'

const golden = fileURLToPath(new URL('../../../../../golden/samplers-beyond', import.meta.url))
const folder = new URL('../../../../plugins/samplers/', import.meta.url)

async function samplers(): Promise<Sampler[]> {
  const all: Sampler[] = []
  for (const file of await readdir(folder)) if (/(?<!\.test)\.js$/.test(file)) all.push(((await import(new URL(file, folder).href)) as { default: Sampler }).default)
  return all
}

test('samplers, schedules and sigma tables of k-diffusion, ComfyUI and the web UI', async () => {
  const { cases, passed } = await runSamplerConformance(golden, { samplers: await samplers() })
  expect(cases.filter(c => c.status !== 'passed').map(c => `${c.id}: ${c.reason}`)).toEqual([])
  expect(passed).toBe(229 + 14 + 233 + 10)
})
