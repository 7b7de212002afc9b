import { op } from './op.js'

export default op({ name: 'SequenceEmpty', since: 11, attrs: { dtype: 1 }, compute: () => [{ type: 'sequence', items: [] }] })
