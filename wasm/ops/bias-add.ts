import { call, op } from './op.js'

export default op({
  name: 'BiasAdd', domain: 'com.microsoft', since: 1, attrs: {}, infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  means: ([x, bias, skip]) => [call('Add', [call('Add', [x, bias]), skip])],
})
