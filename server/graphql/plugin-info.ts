import type { Option } from '../../plugins/sdk/index.js'
import type { CataloguedPlugin, PluginCatalogue } from './context.js'
import type { PluginOption } from './_resolvers-types.js'
import { jsonSchema, type Kind } from './plugin-schema.js'

/** A plugin as the API shows it. */
export interface PluginInfo {
  readonly __typename: Kind
  readonly id: string
  readonly name: string
  readonly aliases: readonly string[]
  readonly inputField: string | null
  readonly summary: string
  readonly options: readonly PluginOption[]
  readonly jsonSchema: object
  readonly cites: string
  readonly order: number | null
  readonly stochastic: boolean
  readonly presetOf: string | null
}

export function pluginInfo(kind: Kind, plugin: CataloguedPlugin): PluginInfo {
  const { name, aliases = [], summary, inputField = null, options, cites = '', order, presetOf = null } = plugin
  return {
    __typename: kind, id: `${kind.toLowerCase()}:${name}`, name, aliases, inputField, summary, cites, presetOf,
    options: Object.entries(options).map(([key, option]) => optionInfo(key, option, plugin)),
    jsonSchema: jsonSchema(plugin), order: typeof order === 'number' ? order : null, stochastic: order === 'sde',
  }
}

function optionInfo(name: string, option: Option, plugin: CataloguedPlugin): PluginOption {
  const finite = (v: unknown) => (typeof v === 'number' && Number.isFinite(v) ? v : null)
  const { min, max, default: value } = option as { min?: number; max?: number; default?: unknown }
  const choices = Object.values(plugin.inputs).find(input => input.option === name)?.choices
  return {
    name, kind: option.kind.toUpperCase() as PluginOption['kind'], about: option.about, required: value === undefined,
    default: typeof value === 'number' ? finite(value) : value ?? null, min: finite(min), max: finite(max),
    choices: option.kind === 'choice' ? option.of : null, enumValues: choices ? Object.keys(choices) : null,
  }
}

export const samplerInfos = ({ samplers }: PluginCatalogue) => samplers.map(p => pluginInfo('Sampler', p))
export const conditionerInfos = ({ conditioners }: PluginCatalogue) => conditioners.map(p => pluginInfo('Conditioner', p))
export const scheduleInfos = ({ schedules }: PluginCatalogue) => schedules.map(p => pluginInfo('Schedule', p))
