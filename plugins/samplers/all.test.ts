/** Every file of this folder is a sampler and keeps the contract. */
import { readdirSync } from 'node:fs'
import type { Sampler } from '../sdk/index.js'
import { mustPass, testSampler } from '../sdk/conformance/index.js'

const folder = new URL('./', import.meta.url)
const files = readdirSync(folder).filter(name => name.endsWith('.js') && !name.endsWith('.test.js'))

test.each(files)('%s', async file => {
  const { default: sampler } = (await import(new URL(file, folder).href)) as { default: Sampler }
  expect(`${sampler.name}.js`).toBe(file)
  mustPass(await testSampler(sampler))
})

test('names, aliases and presets are taken once', async () => {
  const owners = new Map<string, string>()
  for (const file of files) {
    const { default: s } = (await import(new URL(file, folder).href)) as { default: Sampler }
    const names = [s.name, ...(s.aliases ?? []), ...Object.entries(s.presets ?? {}).flatMap(([name, { aliases = [] }]) => [name, ...aliases])]
    for (const name of new Set(names.map(n => n.toLowerCase().replaceAll('+', 'p').replace(/[^a-z0-9]/g, '')))) {
      expect(`${name}: ${owners.get(name) ?? file}`).toBe(`${name}: ${file}`)
      owners.set(name, file)
    }
  }
})
