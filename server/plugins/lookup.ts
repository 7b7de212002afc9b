import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'
import type { Plugin } from './check.js'
import { unknown } from './near.js'

/** The loaded plugins by name, each list in alphabetical order. */
export function lookup(plugins: readonly Plugin[]) {
  const sorted = [...plugins].sort((a, b) => (a.plugin.name < b.plugin.name ? -1 : 1))
  const samplers = sorted.flatMap(p => p.kind === 'sampler' ? [p.plugin] : [])
  const conditioners = sorted.flatMap(p => p.kind === 'conditioner' ? [p.plugin] : [])
  const by = <T extends { name: string }>(kind: string, list: readonly T[]) => (name: string): T => {
    const it = list.find(p => p.name === name)
    if (!it) throw new NoisegraphError('UNKNOWN_PLUGIN', unknown(kind, name, list.map(p => p.name)), kind)
    return it
  }
  return { samplers, conditioners, sampler: by<Sampler>('sampler', samplers), conditioner: by<Conditioner>('conditioner', conditioners) }
}
