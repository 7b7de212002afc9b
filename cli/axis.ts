import type { Options } from '../plugins/sdk/index.js'
import type { Axis } from '../server/core/compare.js'
import type { Order } from '../server/core/order.js'
import { find } from '../server/core/registry.js'
import { wordsOf } from '../server/core/words.js'
import { UsageError } from './errors.js'
import { typed } from './options.js'
import type { Terminal } from './terminal.js'

const short: Readonly<Record<string, string>> = { guidance: 'guidanceScale', negative: 'negativePrompt' }
/** The full name of an option; words are those of the conditioner that reads them. */
export function optionNamed(given: string, { conditioners }: Pick<Order, 'conditioners'>): string {
  const name = short[given] ?? given
  return name === 'prompt' || name === 'negativePrompt' ? `${wordsOf(conditioners)?.name ?? 'text'}.${name}` : name
}

const numbers = ['steps', 'guidanceScale', 'width', 'height']

/**
 * `steps=5,10,20` as an axis of a grid. Values that hold commas are given as a JSON list: `prompt=["a fox, red","a cat"]`. `model` as a sampler or schedule is the model's own.
 */
export function axisOf(flag: string, text: string, base: Order, terminal: Pick<Terminal, 'samplers' | 'schedules' | 'plugins'>): Axis {
  const at = text.indexOf('=')
  if (at < 1 || !text.slice(at + 1).trim()) throw new UsageError(`${flag} takes NAME=VALUE,VALUE such as sampler=euler,dpmpp-2m or steps=5,10,20, got "${text}".`)
  const name = optionNamed(text.slice(0, at).trim(), base)
  return { name, values: list(flag, text.slice(at + 1).trim()).map(value => typeof value === 'string' ? read(name, value, base, terminal) : value) }
}

function list(flag: string, text: string): readonly unknown[] {
  if (!text.startsWith('[')) return text.split(',').map(value => value.trim()).filter(Boolean)
  try {
    return JSON.parse(text) as unknown[]
  } catch (error) {
    throw new UsageError(`${flag}: ${text} is not a JSON list (${(error as Error).message}).`)
  }
}

function read(name: string, value: string, base: Order, terminal: Pick<Terminal, 'samplers' | 'schedules' | 'plugins'>): unknown {
  if (numbers.includes(name)) return Number(value)
  if (name === 'sampler') return value === 'model' ? null : find('sampler', terminal.samplers(), value, name).name
  if (name === 'schedule') return value === 'model' ? null : find('schedule', terminal.schedules(), value, name).name
  const [plugin, option] = name.split('.') as [string, string | undefined]
  if (option === undefined) return value
  const spec = optionsOf(plugin, base, terminal)
  return typed(spec ?? { [option]: guess(value) }, { [option]: value })[option]
}

function optionsOf(plugin: string, base: Order, { samplers, schedules, plugins }: Pick<Terminal, 'samplers' | 'schedules' | 'plugins'>): Options | undefined {
  if (plugin === 'sampler') return base.sampler ? find('sampler', samplers(), base.sampler.name, plugin).options : undefined
  if (plugin === 'schedule') return base.schedule ? find('schedule', schedules(), base.schedule.name, plugin).options : undefined
  return plugins.conditioners().find(c => c.name === plugin)?.options
}

/** The kind that a word looks like, where its plugin is on the other axis. */
const guess = (value: string) => ({ kind: /^(true|false|yes|no)$/.test(value) ? 'flag' : value !== '' && !Number.isNaN(Number(value)) ? 'number' : 'text', about: '', default: null }) as Options[string]
