import { broadcast } from '../graph/shape.js'
import { call, op, scalar } from './op.js'

export default op({
  name: 'Mean', since: 6, attrs: {},
  infer: inputs => [{ type: inputs[0]!.type, shape: broadcast(...inputs.map(x => x!.shape)) }],
  means: inputs => [call('Div', [call('Sum', inputs), call('CastLike', [scalar(inputs.length), inputs[0]])])],
})
