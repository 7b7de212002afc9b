import { type Tensor } from '../graph/value.js'
import { op } from './op.js'

export default op({ name: 'If', since: 1, attrs: {}, compute: ([condition], _a, host) => host.run((condition as Tensor).data[0] ? 'then_branch' : 'else_branch', []) })
