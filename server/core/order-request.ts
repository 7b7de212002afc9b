import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import type { FindImage } from './check-options.js'
import { NoisegraphError } from './errors.js'
import type { DeviceChoice, Order } from './order.js'
import type { Models } from './services.js'

/** A call as it was asked for. */
export interface CallRequest { readonly name: string; readonly options?: unknown }

export interface OrderRequest {
  readonly model?: string | null
  /** Short for the conditioner with which the model reads words, put before the others. */
  readonly prompt?: string | null
  readonly negativePrompt?: string | null
  readonly sampler?: CallRequest | null
  readonly schedule?: CallRequest | null
  readonly conditioners?: readonly CallRequest[] | null
  readonly steps?: number | null
  readonly guidanceScale?: number | null
  readonly width?: number | null
  readonly height?: number | null
  /** What the model makes has one of these, or none: `Extent` says which. */
  readonly frames?: number | null
  readonly seconds?: number | null
  readonly points?: number | null
  /** Decimal, unsigned 64 bits. */
  readonly seed: string
  readonly count?: number | null
  readonly device?: DeviceChoice | null
  readonly noise?: Order['noise'] | null
  /** A name of `formats`; what the kind of result is usually kept as when left out. */
  readonly format?: string | null
  readonly quality?: number | null
  readonly stages?: readonly StageRequest[] | null
}

/** A further stage as it was asked for. What is left out is the stage's before it where it takes over within the run, else the model's own; the words are always the stage's before it. */
export interface StageRequest extends Pick<OrderRequest, 'prompt' | 'negativePrompt' | 'sampler' | 'schedule' | 'conditioners' | 'steps' | 'guidanceScale' | 'width' | 'height'> {
  readonly model: string
  /** Share of the run after which it takes over; left out, it takes the finished picture. */
  readonly after?: number | null
}

/** What there is to choose from. */
export interface Choices {
  readonly models: Models
  /** The first that can run where left out. */
  readonly defaultModel?: string | undefined
  readonly samplers: readonly Sampler[]
  readonly conditioners: readonly Conditioner[]
  readonly findImage: FindImage
}

/** The most that a request may ask for. */
export const orderLimits = { promptLength: 10_000, side: 8192, requestPixels: 2 ** 26, steps: 1000, count: 64, guidanceScale: 100, conditioners: 16, stages: 3 }

/** Options as an object, whatever a generic client sent. */
export function optionsOf({ name, options }: CallRequest, field: string): Readonly<Record<string, unknown>> {
  if (options != null && (typeof options !== 'object' || Array.isArray(options))) throw new NoisegraphError('INVALID_OPTION', `The options of ${name.slice(0, 80)} must be an object.`, `${field}.options`)
  return (options ?? {}) as Readonly<Record<string, unknown>>
}
