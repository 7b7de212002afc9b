import { int64 } from '../graph/numbers.js'
import { op } from './op.js'
import { itemsOf } from './families/sequence.js'

export default op({ name: 'SequenceLength', since: 11, attrs: {}, compute: ([sequence]) => [int64([itemsOf(sequence).length], [])] })
