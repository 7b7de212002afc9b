import { call, op } from './op.js'

export default op({
  name: 'FastGelu', domain: 'com.microsoft', since: 1, attrs: {}, infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  means: ([x, bias]) => [call('Gelu', [bias ? call('Add', [x, bias]) : x], { approximate: 'tanh' })],
})
