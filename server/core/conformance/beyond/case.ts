import type { ComfyModel } from '../../tables/comfy.js'
import type { Four } from '../forms.js'

/** One of the closed-form networks: F(x, u) = (a0 + a1 u / (u + a2)) x + c sin(w x + p), read as `kind` says. */
export interface Network { readonly kind: 'eps' | 'v' | 'x0' | 'flow'; readonly a0: number; readonly a1: number; readonly a2: number; readonly c: number; readonly w: number; readonly p: number }

export interface BeyondHeader { readonly init: Four; readonly image: Four }

/** A recorded run; error cases have no results. */
export interface SampleCase {
  readonly id: string
  readonly kind: 'sample' | 'error'
  readonly sampler: string
  readonly source: string
  readonly space: 'sigma' | 'flow'
  readonly options: Readonly<Record<string, unknown>>
  readonly sampling?: ComfyModel
  readonly sigmas?: readonly number[]
  readonly model: Network
  readonly guidance?: number | null
  readonly uncond?: Network | null
  readonly start: 'noise' | 'image'
  readonly shape: readonly number[]
  readonly noise_seed: number
  readonly final: string
  readonly final64?: string
  readonly max_abs: number
  readonly tol: number
  readonly reason?: string
}

export interface ScheduleCase {
  readonly id: string
  readonly kind: 'schedule' | 'nonfinite'
  readonly source: string
  readonly name: string
  readonly n: number
  readonly args?: Readonly<Record<string, unknown>>
  readonly table?: ComfyModel
  readonly sigmas: readonly number[]
  readonly noise_floor: number
}

export interface TableCase {
  readonly id?: string
  readonly kind: 'table'
  readonly table: ComfyModel
  readonly length: number
  readonly indices: readonly number[]
  readonly sigmas: readonly number[]
  readonly sum: number
  readonly sum_squares: number
  readonly noise_floor: number
  readonly percent?: readonly number[]
  readonly percent_to_sigma?: readonly number[]
  readonly t?: readonly number[]
  readonly sigma_of_t?: readonly number[]
  readonly sigma?: readonly number[]
  readonly t_of_sigma?: readonly number[]
}
