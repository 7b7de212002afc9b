import type { Plugins } from '../core/services.js'
import type { Order } from '../core/order.js'
import type { Tensor } from '../../plugins/sdk/index.js'

/** Outputs of network calls (of a measurement: its finished runs), by number from 0, so that a run can be replayed to the same bits after a crash. */
export interface Journal {
  read(call: number): Promise<Tensor | undefined>
  write(call: number, output: Tensor): Promise<void>
}

/** What a pipeline yields; the worker turns it into stored events. */
export type Progress =
  | { readonly type: 'loading'; readonly part: string; readonly bytes: number; readonly totalBytes: number }
  | { readonly type: 'started'; readonly device: string; readonly sampler: string; readonly timesteps: readonly number[]; readonly sigmas: readonly number[] }
  | {
    readonly type: 'step'; readonly index: number; readonly total: number | null; readonly networkCalls: number; readonly timestep: number; readonly sigma: number
    /** A small PNG of the current clean estimate of the first picture. Made only when called. */
    readonly preview: () => Promise<Uint8Array>
  }
  | { readonly type: 'decoding' }

/** A finished file, its recipe inside. */
export interface Output { readonly bytes: Uint8Array; readonly mimeType: string; readonly width?: number; readonly height?: number; readonly index: number; readonly seed: string }

export interface RunContext {
  readonly plugins: Plugins
  readonly journal: Journal
  /** Bytes of an uploaded picture (or of a file, in the terminal). */
  readonly image: (id: string) => Promise<Uint8Array>
  /** Aborting ends the run within one network call: the generator throws the signal's reason. */
  readonly signal: AbortSignal
}

/** Runs an order from model to files. One implementation for the worker and the terminal: `generate.ts`. */
export type Generate = (order: Order, context: RunContext) => AsyncGenerator<Progress, readonly Output[]>
