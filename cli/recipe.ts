import { readFile } from 'node:fs/promises'
import type { Order } from '../server/core/order.js'
import { recipeOf } from '../server/pipelines/recipe-text.js'
import { UsageError } from './errors.js'

/** The order inside a picture that noisegraph made. Its values are checked like any request's. */
export async function readRecipe(path: string): Promise<Order> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--recipe: cannot read ${path}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}.`)
  })
  return recipeOf(bytes)
}
