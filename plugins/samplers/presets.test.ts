/** Every name that a sampler goes by with other options keeps the contract too, with the order that it declares. */
import { readdirSync } from 'node:fs'
import { withPresets } from '../../server/core/registry.js'
import { mustPass, testSampler } from '../sdk/conformance/index.js'
import type { Sampler } from '../sdk/index.js'

const folder = new URL('./', import.meta.url)
const presets: Sampler[] = []
for (const file of readdirSync(folder).filter(name => name.endsWith('.js') && !name.endsWith('.test.js')))
  presets.push(...withPresets(((await import(new URL(file, folder).href)) as { default: Sampler }).default).slice(1))

test.each(presets.map(s => [s.name, s] as const))('%s', async (_, sampler) => {
  mustPass(await testSampler(sampler))
})
