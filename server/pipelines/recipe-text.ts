import { textOf, withText } from '../artifacts/png.js'
import { NoisegraphError } from '../core/errors.js'
import type { Order } from '../core/order.js'

const keyword = 'noisegraph'

/** A picture's own order: its seed, a count of 1. The same order on the same device makes the same bits again. */
export const orderOfPicture = (order: Order, index: number): Order => ({ ...order, seed: seedOf(order, index), count: 1 })

/** Picture i has the seed of the request plus i, modulo 2^64. */
export const seedOf = ({ seed }: Pick<Order, 'seed'>, index: number): string => String((BigInt(seed) + BigInt(index)) % 2n ** 64n)

export const withRecipe = (png: Uint8Array, order: Order): Uint8Array => withText(png, keyword, JSON.stringify({ format: 1, order }))

/** The order in a picture made here. @throws INVALID_IMAGE where there is none. */
export function recipeOf(png: Uint8Array): Order {
  const text = textOf(png, keyword)
  const refuse = (why: string) => new NoisegraphError('INVALID_IMAGE', `The picture holds no recipe: ${why} PNG files made by noisegraph have one, as long as no other program has rewritten them.`)
  if (text === undefined) throw refuse('it has no "noisegraph" text.')
  try {
    const { format, order } = JSON.parse(text) as { format: number; order: Order }
    if (format === 1 && typeof order.model === 'string' && typeof order.seed === 'string') return order
  } catch (error) {
    throw new NoisegraphError('INVALID_IMAGE', `The recipe in the picture is damaged: ${error instanceof Error ? error.message : String(error)}.`, undefined, { cause: error })
  }
  throw refuse('its text is of another format.')
}
