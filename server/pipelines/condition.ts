import { mix, type Conditioner, type Conditioning, type Denoiser, type Feeds, type NetworkCall, type Site, type Tensor } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'

/** A conditioner with its parsed options and the services that it asked for. */
export interface Applied { readonly conditioner: Conditioner; readonly options: Readonly<Record<string, unknown>>; readonly services: Readonly<Record<string, unknown>> }

/** What all conditioners together contribute to one picture. They run one after another: they draw noise, and the order of draws belongs to the result. */
export async function condition(applied: readonly Applied[], site: Site, signal?: AbortSignal): Promise<Conditioning> {
  let merged: Conditioning = {}
  for (const { conditioner, options, services } of applied) {
    try {
      merged = merge(merged, await conditioner.condition(site, options as never, services as never))
    } catch (error) {
      signal?.throwIfAborted()
      throw blamed(conditioner.name, error)
    }
  }
  return merged
}

/** A RangeError of the form "inpaint.mask must ..." is the caller's to mend; anything else that a plugin throws is the plugin's. */
function blamed(name: string, error: unknown): unknown {
  if (error instanceof NoisegraphError) return error
  const option = error instanceof RangeError && error.message.startsWith(`${name}.`) ? /^[\w-]+\.(\w+)/.exec(error.message)?.[1] : undefined
  if (option) return new NoisegraphError('INVALID_OPTION', (error as RangeError).message, `conditioners.${name}.${option}`, { cause: error })
  return new NoisegraphError('PLUGIN_FAILED', `The conditioner "${name}" failed: ${error instanceof Error ? error.message : String(error)}`, `conditioners.${name}`, { cause: error })
}

/** Feeds add up, wrappers and finishers nest, of the rest the last one counts. A conditioner that says nothing of `unless` means the same in both cases. */
function merge(a: Conditioning, b: Conditioning): Conditioning {
  const unless = a.unless || b.unless ? { unless: { ...(a.unless ?? a.when), ...(b.unless ?? b.when) } } : {}
  const wrap = a.wrap && b.wrap ? { wrap: (next: Denoiser) => b.wrap!(a.wrap!(next)) } : {}
  const during = a.during && b.during ? { during: async (call: NetworkCall) => added(await a.during!(call), await b.during!(call)) } : {}
  const finish = a.finish && b.finish ? { finish: async (x: Tensor) => b.finish!(await a.finish!(x)) } : {}
  const { towards, ...rest } = b
  return { ...a, ...rest, when: towards ? moved({ ...a.when, ...b.when }, towards) : { ...a.when, ...b.when }, ...unless, ...wrap, ...during, ...finish }
}

/** Inputs part of the way towards others of the same shapes. */
function moved(when: Feeds, { when: other, share }: NonNullable<Conditioning['towards']>): Feeds {
  return { ...when, ...Object.fromEntries(Object.entries(other).map(([name, tensor]) => [name, when[name]?.data.length === tensor.data.length ? mix([1 - share, when[name]], [share, tensor]) : tensor])) }
}

const added = (a: Feeds, b: Feeds): Feeds =>
  ({ ...a, ...Object.fromEntries(Object.entries(b).map(([name, tensor]) => [name, a[name] ? mix([1, a[name]], [1, tensor]) : tensor])) })
