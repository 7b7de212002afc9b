import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import { find, withPresets } from '../core/registry.js'
import type { Plugin } from './check.js'

/** The loaded plugins by their names, each list in alphabetical order. */
export function lookup(plugins: readonly Plugin[]) {
  const sorted = [...plugins].sort((a, b) => (a.plugin.name < b.plugin.name ? -1 : 1))
  const samplers = sorted.flatMap(p => p.kind === 'sampler' ? [p.plugin] : [])
  const conditioners = sorted.flatMap(p => p.kind === 'conditioner' ? [p.plugin] : [])
  return {
    samplers, conditioners,
    sampler: (name: string): Sampler => find('sampler', samplers.flatMap(withPresets), name, 'sampler.name'),
    conditioner: (name: string): Conditioner => find<Conditioner>('conditioner', conditioners, name, 'conditioner.name'),
  }
}

/** Every name by which a plugin can be asked for. */
export function namesOf({ kind, plugin }: Plugin): string[] {
  const presets = kind === 'sampler' ? Object.entries(plugin.presets ?? {}) : []
  return [plugin.name, ...presets.map(([name]) => name), ...(kind === 'sampler' ? plugin.aliases ?? [] : []), ...presets.flatMap(([, p]) => p.aliases ?? [])]
}
