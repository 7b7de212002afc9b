import { InvalidArgumentError } from 'commander'
import type { Option, Options } from '../plugins/sdk/index.js'
import type { StageRequest } from '../server/core/order-request.js'

/** Parsers of option values; commander puts the option's name before the message. */
export const whole = (min: number, max = Number.MAX_SAFE_INTEGER) => (text: string): number => {
  const value = Number(text)
  if (!/^[+-]?\d+$/.test(text) || value < min || value > max) throw new InvalidArgumentError(`It takes a whole number ${range(min, max)}.`)
  return value
}
export const real = (min: number, max: number) => (text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < min || value > max) throw new InvalidArgumentError(`It takes a number ${range(min, max)}.`)
  return value
}
/** An unsigned number of 64 bits, as its decimal digits. */
export const seed = (text: string): string => {
  if (!/^\d{1,20}$/.test(text) || BigInt(text) >= 2n ** 64n) throw new InvalidArgumentError('It takes a whole number from 0 to 18446744073709551615.')
  return BigInt(text).toString()
}
const range = (min: number, max: number) => (max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`)

/** Collects the `key=value` of an option that may be repeated. */
export const collect = (text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It takes key=value, such as eta=0.5 or variance=learned.')
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1) }
}

/** Options of plugins by the plugins' names. */
export type Settings = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Collects the `name.option=value` of an option that may be repeated; a name alone leaves all of its options to it. */
export const settings = (text: string, before: Settings = {}): Settings => {
  const [, name, , option, value] = /^([\w-]+)(\.(\w+)=([^]*))?$/.exec(text) ?? []
  if (name === undefined) throw new InvalidArgumentError('It takes NAME.OPTION=VALUE, such as control.strength=0.6 or text.clipSkip=1.')
  return { ...before, [name]: { ...before[name], ...(option !== undefined && { [option]: value! }) } }
}

/** Collects the shapes of an option that may be repeated: `sample=1x4x64x64`; a scalar is `timestep=`. */
export const shapes = (text: string, before: Readonly<Record<string, number[]>> = {}): Record<string, number[]> => {
  const [, name, axes] = /^([^=]+)=((?:[0-9]+(?:x[0-9]+)*)?)$/.exec(text) ?? []
  if (name === undefined) throw new InvalidArgumentError('It takes input=AxBxC, such as sample=1x4x64x64.')
  return { ...before, [name]: axes ? axes.split('x').map(Number) : [] }
}

/** Collects the models of an option that may be repeated: `NAME` goes on from the finished picture, `NAME@0.8` takes over at that share of the run. */
export const stages = (text: string, before: readonly StageRequest[] = []): readonly StageRequest[] => {
  const at = text.lastIndexOf('@')
  if (at === 0 || text === '') throw new InvalidArgumentError('It takes MODEL or MODEL@SHARE, such as sdxl-refiner@0.8.')
  return [...before, at < 0 ? { model: text } : { model: text.slice(0, at), after: real(0.01, 0.99)(text.slice(at + 1)) }]
}

/** Typed words as values of the kinds that a plugin declares; what is not of its kind stays a text, for the check that follows to refuse. */
export const typed = (spec: Options, given: Readonly<Record<string, string>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(given).map(([key, text]) => [key, Object.hasOwn(spec, key) ? value(spec[key]!, text) : text]))

function value({ kind }: Option, text: string): unknown {
  if (text === 'null') return null
  if (kind === 'number' || kind === 'integer') return numeric(text)
  if (kind === 'flag') return ({ true: true, yes: true, 1: true, false: false, no: false, 0: false } as Record<string, boolean>)[text] ?? text
  if (kind === 'numbers') return text.replace(/^\[|\]$/g, '').split(',').filter(t => t.trim()).map(numeric)
  return text
}
const numeric = (text: string) => (text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text))
