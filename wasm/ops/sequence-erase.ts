import { op } from './op.js'
import { itemsOf, placeIn } from './families/sequence.js'

export default op({
  name: 'SequenceErase', since: 11, attrs: {},
  compute([sequence, at]) { const items = [...itemsOf(sequence)]; items.splice(placeIn(at, items.length, items.length - 1), 1); return [{ type: 'sequence', items }] },
})
