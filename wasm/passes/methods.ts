import { type Held } from '../graph/value.js'
import { convCost } from '../launches/conv-cost.js'
import { methodOf, shapeOf } from '../launches/conv.js'
import { type Draft, type Step } from './draft.js'
import { gridHeld } from './grid.js'
import { heldFor, type Precision } from './pack.js'

/** Pictures that a run is thought to have, for both halves of guidance: were it those it has, bits would depend on how many share a run, and filters be held in more than one way. */
const batch = 2

/**
 * Chooses for each convolution how large a transform it uses. Transformed filters take 1.8 or 4 times the memory: the choice is what costs least when a megabyte
 * costs `price` milliseconds.
 */
export const methods = (draft: Draft, precision: Precision, price: number): Draft => ({ ...draft, steps: draft.steps.map(s => choose(s, draft, precision, price)) })

function choose(s: Step, { facts }: Draft, precision: Precision, price: number): Step {
  if (s.op.name !== 'Conv' || s.op.domain !== 'noisegraph' || !s.attrs['winograd']) return s
  const inputs = s.inputs.map(v => v ? facts.get(v) : undefined), filters = inputs[1]!, shape = { ...shapeOf(inputs, s.attrs as never), batch }
  if (!filters.constant) return s
  let best = Infinity, chosen = 0
  // What is stored in a few bits stays so, which transformed filters cannot.
  const narrow = precision === 'int8' || precision === 'int4' || (precision === 'stored' && gridHeld(filters, 'direct', false) !== undefined)
  for (const winograd of narrow ? [0] : [0, 2, 4]) {
    const method = methodOf(shape, winograd), held: Held = heldFor(filters, method, precision), { ms, bytes } = convCost(shape, method, held), cost = ms + bytes / 2 ** 20 * price
    if (cost < best) { best = cost; chosen = winograd }
  }
  return { ...s, attrs: { ...s.attrs, winograd: chosen } }
}
