import { list } from '../../graph/numbers.js'
import { type Tensor } from '../../graph/value.js'
import { type Item, type Sequence } from '../op.js'

export const itemsOf = (s: Item | undefined): readonly Item[] => (s as Sequence).items

/** A place in a sequence of `n`, from the end where negative. Throws where there is none. */
export function placeIn(at: Item | undefined, n: number, fallback: number): number {
  const k = at ? list(at as Tensor)[0]! : fallback, i = k < 0 ? k + n : k
  if (!(i >= 0 && i <= n)) throw new Error(`there is no place ${k} in a sequence of ${n}`)
  return i
}
