import { NoisegraphError } from './errors.js'

/** What a model makes. */
export type OutputKind = 'picture' | 'video' | 'sound' | 'points' | 'voxels' | 'molecule'

/** How much of it: what a request says besides width and height, for results that have a length of their own. */
export interface Extent {
  /** Name of the request's field. */
  readonly unit: 'frames' | 'seconds' | 'points'
  readonly default: number
  readonly min: number
  readonly max: number
}

/** The fields of a request and of an order that name an extent; at most one of them is there. */
export interface Extents { readonly frames?: number | null | undefined; readonly seconds?: number | null | undefined; readonly points?: number | null | undefined }

const between: Extent = { unit: 'frames', default: 16, min: 2, max: 256 }
const units = ['frames', 'seconds', 'points'] as const

/**
 * The one field that the model has, filled in; nothing for pictures.
 * @throws INCOMPATIBLE for a field that the model has not, INVALID_OPTION for a value out of its range.
 */
export function extentOf(given: Extents, model: string, own: Extent | undefined, output?: OutputKind): { readonly frames?: number; readonly seconds?: number; readonly points?: number } {
  // Pictures in a row are a video (the conditioner `morph`).
  const extent = own ?? (output === 'picture' && given.frames != null ? between : undefined)
  for (const unit of units) if (given[unit] != null && unit !== extent?.unit)
    throw new NoisegraphError('INCOMPATIBLE', `The model "${model}" makes nothing that is counted in ${unit}.${extent ? ` It takes ${extent.unit}.` : ' Leave it out.'}`, unit)
  if (!extent) return {}
  const { unit, min, max } = extent
  const value = given[unit] ?? extent.default
  if (typeof value !== 'number' || !(value >= min && value <= max) || (unit !== 'seconds' && !Number.isInteger(value)))
    throw new NoisegraphError('INVALID_OPTION', `${unit} must be ${min === max ? `${min}` : `a ${unit === 'seconds' ? '' : 'whole '}number from ${min} to ${max}`} for the model "${model}", got ${String(value).slice(0, 40)}.`, unit)
  return { [unit]: value }
}
