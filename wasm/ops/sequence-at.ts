import { op } from './op.js'
import { itemsOf, placeIn } from './families/sequence.js'

export default op({
  name: 'SequenceAt', since: 11, attrs: {},
  compute([sequence, at]) {
    const items = itemsOf(sequence), found = items[placeIn(at, items.length, 0)]
    if (!found) throw new Error(`the sequence has ${items.length} items`)
    return [found]
  },
})
