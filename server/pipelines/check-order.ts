import { NoisegraphError } from '../core/errors.js'
import { extentOf } from '../core/extent.js'
import type { Order } from '../core/order.js'
import type { ModelFacts } from '../models/facts.js'

/** What the model's folder alone can tell of an order: sizes, counts, the seed. @throws INVALID_OPTION naming the field, the value and what is allowed. */
export function checkOrder(order: Order, model: string, { sizeMultiple, denoiser, factor, extent, sound, output }: ModelFacts): void {
  const { width, height, count, seed, guidanceScale } = order
  const refuse = (field: string, message: string) => new NoisegraphError('INVALID_OPTION', message, field)
  const sample = sound ? undefined : denoiser.header.inputs.find(i => i.shape.length === 4)
  for (const [field, value, axis] of [['height', height, 2], ['width', width, 3]] as const) {
    if (!Number.isInteger(value) || value < sizeMultiple || value > 8192 || value % sizeMultiple) {
      const near = Math.min(8192, Math.max(sizeMultiple, Math.round(value / sizeMultiple) * sizeMultiple))
      throw refuse(field, `${field} must be a multiple of ${sizeMultiple} from ${sizeMultiple} to 8192 for the model "${model}", got ${value}.${Number.isFinite(value) ? ` The nearest is ${near}.` : ''}`)
    }
    const fixed = sample?.shape[axis]
    if (typeof fixed === 'number' && fixed * factor !== value) throw refuse(field, `The model "${model}" was exported for a ${field} of ${fixed * factor} only, got ${value}.`)
  }
  extentOf(order, model, extent, output)
  if (!Number.isInteger(count) || count < 1 || count > 64) throw refuse('count', `count must be a whole number from 1 to 64, got ${count}.`)
  if (!/^\d{1,20}$/.test(seed) || BigInt(seed) >= 2n ** 64n) throw refuse('seed', `seed must be a whole number from 0 to 18446744073709551615 in decimal digits, got "${seed.slice(0, 40)}".`)
  if (!Number.isFinite(guidanceScale) || guidanceScale < 0 || guidanceScale > 100) throw refuse('guidanceScale', `guidanceScale must be a number from 0 to 100, got ${guidanceScale}.`)
}
