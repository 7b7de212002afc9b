import { OptionError, parseOptions, type Options } from '../../plugins/sdk/index.js'
import { NoisegraphError } from './errors.js'
import type { PluginCall } from './order.js'

/** What every plugin declares of itself. */
export interface Declared { readonly name: string; readonly aliases?: readonly string[]; readonly summary: string; readonly options: Options }

/** Sizes of an uploaded picture; undefined where there is none of that id. */
export type FindImage = (id: string) => Promise<{ readonly width: number; readonly height: number; /** Of an animation. */ readonly frames?: number } | undefined>

/** A call with every default filled in. Pictures stay ids. */
export function checkCall({ name, options }: Declared, given: Readonly<Record<string, unknown>>, field: string): PluginCall {
  try {
    return { name, options: parseOptions(name, options, given, 'ids') }
  } catch (error) {
    if (error instanceof OptionError) throw new NoisegraphError('INVALID_OPTION', error.message, `${field}.${error.option}`, { cause: error })
    throw error
  }
}

/** Every picture exists, and a mask has the size of the pictures beside it. */
export async function checkImages({ name, options }: Declared, call: PluginCall, field: string, findImage: FindImage): Promise<void> {
  const sizes = new Map<string, { width: number; height: number }>()
  for (const [key, { kind }] of Object.entries(options)) {
    const id = call.options[key]
    if (kind !== 'image' || typeof id !== 'string') continue
    const size = await findImage(id)
    if (!size) throw new NoisegraphError('UNKNOWN_UPLOAD', `${name}.${key}: there is no upload "${id.slice(0, 100)}". Upload the picture first and give the id that is answered.`, `${field}.${key}`)
    sizes.set(key, size)
  }
  const mask = sizes.get('mask')
  for (const [key, size] of mask ? sizes : [])
    if (size.width !== mask!.width || size.height !== mask!.height)
      throw new NoisegraphError('INVALID_IMAGE', `${name}: the mask is ${mask!.width} x ${mask!.height} pixels and the ${key} ${size.width} x ${size.height}. Make them the same size.`, `${field}.mask`)
}
