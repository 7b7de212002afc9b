import { type ElementType } from '../../graph/value.js'
import { count, tiles, u32, type Launch, type Place } from '../op.js'

/** Types that the cast kernel converts between, by its numbers. */
const codes: Partial<Record<ElementType, number>> = { float32: 0, float16: 1, int64: 2, int32: 3, bool: 4, uint8: 5, int8: 6, float64: 7, bfloat16: 8 }

export const castKernel = (from: ElementType, to: ElementType): number | undefined =>
  from in codes && to in codes && (from === 'float32' || to === 'float32') && !(to === 'int8' || to === 'uint8') ? codes[from]! * 16 + codes[to]! : undefined

export const castLaunch = (x: Place, y: Place): Launch => ({ kernel: 'cast', args: [x, y, u32(count(x)), u32(castKernel(x.type, y.type)! >> 4), u32(castKernel(x.type, y.type)! & 15)], tiles: tiles(count(x), 512) })
