/** What the tests of this folder share: the shipped model on the CPU provider, with the plugins of the package. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Conditioner, Sampler, Tensor } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'
import type { Order } from '../core/order.js'
import type { Plugins } from '../core/services.js'
import { catalog } from '../models/catalog.js'
import { residency } from '../models/residency.js'
import { chooseDevices } from '../sessions/choose.js'
import type { SessionProvider } from '../sessions/session.js'
import { createGenerate } from './generate.js'
import type { Journal, Output, Progress, RunContext } from './pipeline.js'

const dist = new URL('../../', import.meta.url)
export const modelsFolder = fileURLToPath(new URL('../models', dist))

/** Imported one after another: folders imported at once fail under jest. */
async function folder<T>(name: string): Promise<T[]> {
  const out: T[] = []
  for (const file of readdirSync(new URL(name, dist)).filter(f => /^[^_].*\.js$/.test(f) && !f.endsWith('.test.js'))) out.push(((await import(new URL(name + file, dist).href)) as { default: T }).default)
  return out
}

export async function packagePlugins(): Promise<Plugins> {
  const [samplers, conditioners] = [await folder<Sampler>('plugins/samplers/'), await folder<Conditioner>('plugins/conditioners/')]
  const find = <T extends { name: string }>(all: readonly T[]) => (name: string): T => {
    const found = all.find(p => p.name === name)
    if (!found) throw new NoisegraphError('UNKNOWN_PLUGIN', `No plugin "${name}".`)
    return found
  }
  return {
    samplers: () => samplers, conditioners: () => conditioners, sampler: find(samplers), conditioner: find(conditioners),
    failures: () => [], reload: () => Promise.resolve(), events: () => { throw new Error('The fixture has no plugin events.') },
  }
}

export const studio = (provider: SessionProvider, roots: readonly string[] = [modelsFolder]) => {
  const known = catalog(roots)
  const resident = residency(known, chooseDevices([provider]))
  return { catalog: known, residency: resident, generate: createGenerate({ catalog: known, residency: resident }) }
}

export const apple: Order = {
  model: 'emoji64', sampler: null, schedule: null, conditioners: [{ name: 'text', options: { prompt: 'a red apple on a blue background' } }],
  steps: 4, guidanceScale: 4.5, width: 64, height: 64, seed: '7', count: 1, device: 'cpu', noise: 'torch',
}

export function memoryJournal(): Journal & { readonly entries: Map<number, Tensor> } {
  const entries = new Map<number, Tensor>()
  return { entries, read: call => Promise.resolve(entries.get(call)), write: (call, output) => { entries.set(call, output); return Promise.resolve() } }
}

/** Runs to the end. `onProgress` may throw or abort. */
export async function run(generate: ReturnType<typeof createGenerate>, order: Order, context: Partial<RunContext> & { plugins: Plugins }, onProgress: (p: Progress) => void | Promise<void> = () => {}): Promise<readonly Output[]> {
  const full: RunContext = { journal: memoryJournal(), image: () => Promise.reject(new NoisegraphError('UNKNOWN_UPLOAD', 'No pictures here.')), signal: new AbortController().signal, ...context }
  const generation = generate(order, full)
  for (;;) {
    const next = await generation.next()
    if (next.done) return next.value
    await onProgress(next.value)
  }
}
