import { op, type Item } from './op.js'

export default op({ name: 'SequenceConstruct', since: 11, attrs: {}, compute: inputs => [{ type: 'sequence', items: inputs as Item[] }] })
