import { op } from './op.js'
import { itemsOf, placeIn } from './families/sequence.js'

export default op({
  name: 'SequenceInsert', since: 11, attrs: {},
  compute([sequence, item, at]) { const items = [...itemsOf(sequence)]; items.splice(placeIn(at, items.length, items.length), 0, item!); return [{ type: 'sequence', items }] },
})
