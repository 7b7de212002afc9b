import { fileText } from '../artifacts/formats/index.js'
import { NoisegraphError } from '../core/errors.js'
import type { Order } from '../core/order.js'

/** A picture's own order: its seed, a count of 1. The same order on the same device makes the same bits again. */
export const orderOfPicture = (order: Order, index: number): Order => ({ ...order, seed: seedOf(order, index), count: 1 })

/** Picture i has the seed of the request plus i, modulo 2^64. */
export const seedOf = ({ seed }: Pick<Order, 'seed'>, index: number): string => String((BigInt(seed) + BigInt(index)) % 2n ** 64n)

/** The text that stands for an order in a file. */
export const recipeText = (order: Order): string => JSON.stringify({ format: 1, order })

/** The order in a file made here. @throws INVALID_IMAGE where there is none. */
export async function recipeOf(file: Uint8Array): Promise<Order> {
  const text = await fileText(file)
  const refuse = (why: string) => new NoisegraphError('INVALID_IMAGE', `The file holds no recipe: ${why} Files made by noisegraph have one, as long as no other program has rewritten them.`)
  if (text === undefined) throw refuse('it has no text of ours.')
  let read: { readonly format?: unknown; readonly order?: Partial<Order> } | null
  try {
    read = JSON.parse(text) as typeof read
  } catch (error) {
    throw new NoisegraphError('INVALID_IMAGE', `The recipe in the file is damaged: ${error instanceof Error ? error.message : String(error)}.`, undefined, { cause: error })
  }
  if (read?.format !== 1 || typeof read.order?.model !== 'string' || typeof read.order.seed !== 'string') throw refuse('its text is of another format.')
  return read.order as Order
}
