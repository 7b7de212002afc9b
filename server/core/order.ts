import type { FormatName } from './formats.js'

/** A plugin by name, with options as JSON. Pictures are upload ids (or file paths in the terminal), resolved when the run starts. */
export interface PluginCall { readonly name: string; readonly options: Readonly<Record<string, unknown>> }

export type DeviceChoice = 'auto' | 'cuda' | 'cpu' | 'wasm'

/**
 * One generation, validated and canonical: every default is filled in, so that equal orders make equal bits.
 * It is what is queued, journaled, written into pictures as their recipe, and compared under an idempotency key.
 */
export interface Order {
  readonly model: string
  /** `null` where the model's own scheduler_config.json decides. */
  readonly sampler: PluginCall | null
  readonly schedule: PluginCall | null
  /** In the order in which they are applied. The prompt is the `text` conditioner's. */
  readonly conditioners: readonly PluginCall[]
  /** Intervals of the schedule, 1 to 1000. */
  readonly steps: number
  /** Classifier-free guidance (Ho & Salimans 2022, eq. 6): 1 is the plain conditional prediction. */
  readonly guidanceScale: number
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Of a video. */
  readonly frames?: number
  /** Of a sound. */
  readonly seconds?: number
  /** Of a point cloud; atoms of a molecule. */
  readonly points?: number
  /** Unsigned 64 bits, decimal. Picture i of the request has a stream of its own, seeded with seed + i. */
  readonly seed: string
  /** Pictures, 1 to 64. */
  readonly count: number
  readonly device: DeviceChoice
  readonly noise: 'torch' | 'philox'
  /** How the result is kept; the kind of result's own format where it is not said, as in recipes of before there was a choice. */
  readonly format?: FormatName
  /** 1 to 100, of formats that may lose something. */
  readonly quality?: number
  /** Further models, each of which goes on from what the one before it made: a refiner, an upscaler. The files are the last one's. */
  readonly stages?: readonly Stage[]
  /** Instead of pictures, make a table of how well samplers do within a budget. Sampler, schedule, steps and seed are then those of the measurement. */
  readonly measure?: Measurement
}

/** A further model. Its conditioners call what the one before it made the picture `previous`; the rest of it is the order's. */
export interface Stage extends Pick<Order, 'model' | 'sampler' | 'schedule' | 'conditioners' | 'steps' | 'guidanceScale' | 'width' | 'height'> {
  /** Share of the run (0 to 1, of the training timesteps) after which it takes over the noisy sample and makes the rest; null where it takes the finished picture. */
  readonly after: number | null
}

export interface Measurement {
  readonly budget: { readonly networkCalls: number } | { readonly milliseconds: number }
  /** Only samplers that draw noise, or only those that do not; null is both. */
  readonly stochastic: boolean | null
}
