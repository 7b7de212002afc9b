/** Typed inputs grown from plugin options: one input type for each plugin, and one field for it on the @oneOf input of its kind. */
import type { Option, Options } from '../../plugins/sdk/index.js'
import type { CataloguedPlugin } from './context.js'
import type { Declared } from '../core/check-options.js'

export type Kind = 'Sampler' | 'Conditioner' | 'Schedule'

/** The nearest GraphQL name in camel case: `dpm++-2m` becomes `dpmPp2m`; one that begins with a digit gets a `_`. */
export function fieldName(name: string): string {
  const words = name.replace(/\+/g, 'p').split(/[^A-Za-z0-9_]+/).filter(Boolean)
  const camel = words.map((word, i) => (i ? word[0]!.toUpperCase() + word.slice(1) : word)).join('').replace(/^_+/, '')
  return /^[A-Za-z]/.test(camel) ? camel : `_${camel}`
}
const typeName = (name: string) => { const field = fieldName(name); return field[0]!.toUpperCase() + field.slice(1) }

/** Enum values for the words of a choice: the words themselves where GraphQL takes them; different words never share one. */
export function enumValues(words: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {}
  for (const word of words) {
    const plain = word.replace(/\+/g, 'p').replace(/[^A-Za-z0-9_]+/g, '_')
    let value = /^[A-Za-z]/.test(plain) ? plain : `_${plain.replace(/^_+/, '') || 'x'}`
    if (['true', 'false', 'null'].includes(value)) value += '_'
    while (Object.hasOwn(values, value)) value += '_'
    values[value] = word
  }
  return values
}

export interface Grown { readonly sdl: string; readonly plugin: CataloguedPlugin }

/** The SDL of a plugin, and how its inputs read back. A name that is taken, by a type or a field, leaves the plugin to `plugin: { name, options }`. */
export function growInput(kind: Kind, declared: Declared, taken: Set<string>): Grown {
  const [type, field] = [typeName(declared.name) + kind, fieldName(declared.name)]
  const place = `${kind}Input.${field}`
  if (taken.has(type) || taken.has(place)) return { sdl: '', plugin: { ...declared, inputs: {} } }
  taken.add(type).add(place)
  const inputs: Record<string, CataloguedPlugin['inputs'][string]> = {}
  const fields: string[] = []
  const enums: string[] = []
  for (const [key, option] of Object.entries(declared.options)) {
    const name = fieldName(key)
    if (Object.hasOwn(inputs, name)) continue
    const choices = option.kind === 'choice' ? enumValues(option.of) : undefined
    inputs[name] = { option: key, ...(choices && { choices }) }
    const enumName = `${type}${typeName(key)}`
    if (choices) enums.push(`${doc(option.about)} enum ${enumName} { ${Object.keys(choices).join(' ')} }`)
    fields.push(`${doc(about(kind, option))} ${name}: ${typeOf(option, enumName)}${tail(kind, option, choices)}`)
  }
  if (!fields.length) fields.push('"This plugin has no options." _: Boolean')
  return {
    sdl: `${enums.join('\n')}
${doc(declared.summary)} input ${type} { ${fields.join('\n')} }
extend input ${kind}Input { ${doc(declared.summary)} ${field}: ${type} }`,
    plugin: { ...declared, inputField: field, inputs },
  }
}

/** A string of SDL: JSON's escapes are a subset of GraphQL's. */
const doc = (text: string) => JSON.stringify(String(text))

function about(kind: Kind, option: Option): string {
  const { min, max, default: value } = option as { min?: number; max?: number; default?: unknown }
  const otherwise = kind === 'Sampler' && value != null ? ` ${typeof value === 'string' ? value : JSON.stringify(value)} unless the model's configuration says otherwise.` : ''
  const range = min !== undefined && max !== undefined ? ` ${min} to ${max}.` : min !== undefined ? ` At least ${min}.` : max !== undefined ? ` At most ${max}.` : ''
  return option.about + (option.kind === 'image' ? ` The id of an upload${option.frames ? ', an animated WebP or GIF' : ''}.` : range + otherwise)
}

const int32 = (option: Option) => {
  const { min = 0, max = 0, default: value } = option as { min?: number; max?: number; default?: unknown }
  return [min, max, typeof value === 'number' ? value : 0].every(v => Math.abs(v) < 2 ** 31)
}

function typeOf(option: Option, enumName: string): string {
  switch (option.kind) {
    case 'number': return 'Float'
    case 'integer': return int32(option) ? 'Int' : 'Float'
    case 'flag': return 'Boolean'
    case 'choice': return enumName
    case 'text': return 'String'
    case 'numbers': return '[Float!]'
    case 'image': return 'ID'
    default: return 'JSON'
  }
}

/**
 * The default as GraphQL writes it, or `!` where there is none. Infinity has no literal: the option's own default still holds.
 * A sampler's options have none either, or it would stand in for what the model's own configuration says.
 */
function tail(kind: Kind, option: Option, choices?: Record<string, string>): string {
  const value = 'default' in option ? option.default : undefined
  if (value === undefined) return '!'
  if (value === null || kind === 'Sampler') return ''
  if (choices) return ` = ${Object.keys(choices).find(name => choices[name] === value)}`
  return [value].flat().every(v => typeof v !== 'number' || Number.isFinite(v)) ? ` = ${JSON.stringify(value)}` : ''
}

/** Options as the plugin names them, of a value of its typed input. */
export function readTyped(plugin: CataloguedPlugin, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const options: Record<string, unknown> = {}
  for (const [field, { option, choices }] of Object.entries(plugin.inputs))
    if (value[field] !== undefined) options[option] = choices && typeof value[field] === 'string' ? choices[value[field]] : value[field]
  return options
}

/** JSON Schema (2020-12) of a plugin's options. */
export function jsonSchema({ name, summary, options }: { name: string; summary: string; options: Options }): object {
  const required = Object.entries(options).filter(([, o]) => !('default' in o) || o.default === undefined).map(([key]) => key)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema', title: name, description: summary, type: 'object',
    properties: Object.fromEntries(Object.entries(options).map(([key, option]) => [key, propertySchema(option)])),
    ...(required.length && { required }), additionalProperties: false,
  }
}

function propertySchema(option: Option): object {
  const { min, max, default: value } = option as { min?: number; max?: number; default?: unknown }
  const finite = (key: string, v: unknown) => (typeof v === 'number' && Number.isFinite(v) ? { [key]: v } : {})
  const range = { ...finite('minimum', min), ...finite('maximum', max) }
  const nullable = (type: string) => (value === null ? [type, 'null'] : type)
  const shape = ((): object => {
    switch (option.kind) {
      case 'number': return { type: nullable('number'), ...range }
      case 'integer': return { type: nullable('integer'), ...range }
      case 'flag': return { type: 'boolean' }
      case 'choice': return { enum: value === null ? [...option.of, null] : option.of }
      case 'text': return { type: nullable('string'), ...finite('maxLength', option.maxLength) }
      case 'numbers': return { type: nullable('array'), items: { type: 'number', ...range }, ...finite('minItems', option.minLength), ...finite('maxItems', option.maxLength) }
      case 'image': return { type: nullable('string'), contentMediaType: 'image/*' }
      default: return {}
    }
  })()
  return { ...shape, description: option.about, ...(value !== undefined && Number.isFinite(typeof value === 'number' ? value : 0) && { default: value }) }
}
