/** Plugins by the names that people know them by: a plugin's own name, its aliases, and the names of its presets. */
import type { Option, Options, Sampler } from '../../plugins/sdk/index.js'
import { NoisegraphError } from './errors.js'

interface Named { readonly name: string; readonly aliases?: readonly string[] }

/** A sampler under one of its names. `options` are what that name sets, before anything that a caller gives. */
export interface NamedSampler { readonly name: string; readonly sampler: Sampler; readonly options: Readonly<Record<string, unknown>> }

/**
 * A sampler and its presets, each as a sampler of its own with its own defaults: what lists and typed inputs are made from.
 * The presets of the result are empty.
 */
export function withPresets(sampler: Sampler): Sampler[] {
  const { presets = {}, ...own } = sampler
  return [own, ...Object.entries(presets).map(([name, preset]): Sampler => {
    const { aliases: _, ...rest } = own
    return {
      ...rest, name, summary: preset.summary, cites: preset.cites ?? own.cites, order: preset.order ?? own.order,
      ...(preset.aliases && { aliases: preset.aliases }),
      options: withDefaults(own.options, preset.options),
    }
  })]
}

const withDefaults = (options: Options, values: Readonly<Record<string, unknown>>): Options =>
  Object.fromEntries(Object.entries(options).map(([key, option]) => [key, (Object.hasOwn(values, key) ? { ...option, default: values[key] } : option) as Option]))

/** @throws {NoisegraphError} UNKNOWN_PLUGIN, naming what comes near. */
export function findSampler(samplers: readonly Sampler[], name: string, field = 'sampler.name'): NamedSampler {
  const all = samplers.flatMap(sampler => [
    { name: sampler.name, ...(sampler.aliases && { aliases: sampler.aliases }), sampler, options: {} },
    ...Object.entries(sampler.presets ?? {}).map(([preset, { aliases, options }]) => ({ name: preset, ...(aliases && { aliases }), sampler, options })),
  ])
  const { name: found, sampler, options } = find('sampler', all, name, field)
  return { name: found, sampler, options: options as Readonly<Record<string, unknown>> }
}

/**
 * By name first, then by alias; case, hyphens, underscores and blanks do not matter, and `++` is `pp`.
 * @throws {NoisegraphError} UNKNOWN_PLUGIN, naming what comes near.
 */
export function find<T extends Named>(kind: string, items: readonly T[], name: string, field: string): T {
  const wanted = plain(name)
  const found = items.find(it => it.name === name) ?? items.find(it => plain(it.name) === wanted) ?? items.find(it => it.aliases?.some(a => plain(a) === wanted))
  if (found) return found
  const near = nearest(items.flatMap(it => [it.name, ...(it.aliases ?? [])]), name)
  const hint = near.length > 0 ? `Did you mean ${near.map(n => `"${n}"`).join(' or ')}?` : `There are: ${items.map(it => it.name).sort().join(', ') || 'none'}.`
  throw new NoisegraphError('UNKNOWN_PLUGIN', `No ${kind} is called "${name.slice(0, 80)}". ${hint}`, field)
}

/** Names that one could have meant: those a few letters off, or that hold the name; nearest first, three at most. */
export function nearest(names: readonly string[], name: string): string[] {
  const wanted = plain(name).slice(0, 40)
  if (wanted === '') return []
  const far = (n: string) => {
    const holds = plain(n).includes(wanted) || (plain(n).length > 3 && wanted.includes(plain(n)))
    return Math.min(distance(plain(n), wanted), holds ? 1.5 : Infinity)
  }
  const different = names.filter((n, i) => names.findIndex(other => plain(other) === plain(n)) === i)
  return different.map(n => ({ n, d: far(n) })).filter(({ d }) => d <= Math.max(1.5, wanted.length / 3)).sort((a, b) => a.d - b.d).slice(0, 3).map(({ n }) => n)
}

const plain = (name: string): string => name.toLowerCase().replaceAll('+', 'p').replace(/[^a-z0-9]/g, '')

/** Letters to change, insert or drop (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}
