import { optionProblems, type Conditioner, type Options, type Sampler } from '../../plugins/sdk/index.js'

export type Plugin = { readonly kind: 'sampler'; readonly plugin: Sampler } | { readonly kind: 'conditioner'; readonly plugin: Conditioner }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isName = (name: unknown): name is string => typeof name === 'string' && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)
const nameRule = 'it must be words of lower-case letters and digits joined by "-", such as "euler-ancestral".'

/** What a module's default export is, or a TypeError that says which part of the contract it misses. */
export function checked(it: unknown): Plugin {
  if (it === undefined) throw new TypeError('The file has no default export. Write: export default sampler({ ... }) or export default conditioner({ ... }).')
  if (!isObject(it)) throw new TypeError(`The default export is ${Array.isArray(it) ? 'an array' : `a ${typeof it}`}; it must be a sampler, a conditioner, or an injectable class of one.`)
  const { name, summary, options, sample, condition, aliases = [], presets = {} } = it
  if (!isName(name)) throw new TypeError(`The name is ${JSON.stringify(name)}; ${nameRule}`)
  if (typeof summary !== 'string' || !summary.trim()) throw new TypeError(`"${name}" has no summary: one sentence that says what it does.`)
  if (!isObject(options)) throw new TypeError(`"${name}" declares no options; write "options: {}" if it takes none.`)
  const loose = Object.keys(options).find(key => !isObject(options[key]))
  if (loose) throw new TypeError(`"${name}" option "${loose}" must be made with number(), integer(), flag(), choice(), text(), numbers() or image() of noisegraph/sdk.`)
  const problem = optionProblems(options as Options)[0]
  if (problem) throw new TypeError(`"${name}" ${problem}`)
  if (!Array.isArray(aliases) || !isObject(presets)) throw new TypeError(`"${name}": aliases must be a list of names, presets an object of them.`)
  for (const [preset, value] of Object.entries(presets)) {
    if (!isName(preset)) throw new TypeError(`"${name}" has the preset ${JSON.stringify(preset)}; ${nameRule}`)
    const strange = isObject(value) && isObject(value.options) ? Object.keys(value.options).find(key => !Object.hasOwn(options, key)) : 'options'
    if (strange) throw new TypeError(`"${name}" preset "${preset}" sets "${strange}", which the sampler does not declare.`)
  }
  if ((typeof sample === 'function') === (typeof condition === 'function'))
    throw new TypeError(`"${name}" has ${sample ? 'both sample() and condition(): a plugin is one or the other' : 'neither sample() (a sampler) nor condition() (a conditioner)'}.`)
  return typeof sample === 'function' ? { kind: 'sampler', plugin: it as unknown as Sampler } : { kind: 'conditioner', plugin: it as unknown as Conditioner }
}
