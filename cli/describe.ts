import { allowed, type Option, type Options } from '../plugins/sdk/index.js'
import { find } from '../server/core/registry.js'
import type { PluginEvent } from '../server/core/services.js'
import { bold, columns, dim, alarm } from './style.js'

interface Described { readonly name: string; readonly aliases?: readonly string[]; readonly summary: string; readonly cites?: string; readonly order?: number | 'sde'; readonly options: Options }

/** A list of plugins, one a line, and below it the files that could not be loaded. */
export function listing(all: readonly Described[], failures: readonly PluginEvent[], json?: true) {
  if (json) return console.log(JSON.stringify(all.map(plain), null, 2))
  console.log(columns([...all].sort((a, b) => (a.name < b.name ? -1 : 1)).map(p => [bold(p.name), p.summary])))
  for (const { file, line, column, reason } of failures)
    console.error(`${alarm('not loaded:')} ${file}${line ? `:${line}:${column ?? 1}` : ''}  ${reason}`)
}

/** One plugin with its options. */
export function one(kind: string, all: readonly Described[], name: string, json?: true) {
  const it = find(kind, all, name, kind)
  if (json) return console.log(JSON.stringify(plain(it), null, 2))
  console.log(`${bold(it.name)}  ${it.summary}`)
  const facts = [it.aliases?.length ? `also called ${it.aliases.join(', ')}` : '', it.order === undefined ? '' : it.order === 'sde' ? 'adds noise' : `order ${it.order}`, it.cites ?? '']
  console.log(dim(facts.filter(Boolean).join('; ')))
  const rows = Object.entries(it.options).map(([key, option]) => [`  ${bold(key)}`, `${allowed(option)}${preset(option)}`, option.about])
  console.log(rows.length ? `\n${columns(rows)}` : '\nIt takes no options.')
}

const preset = (option: Option) => {
  const value = 'default' in option ? option.default : undefined
  return value === undefined ? ', required' : value === null ? '' : ` (${JSON.stringify(value)})`
}

const plain = ({ name, aliases = [], summary, cites, order, options }: Described) => ({ name, aliases, summary, ...(cites && { cites }), ...(order !== undefined && { order }), options })
