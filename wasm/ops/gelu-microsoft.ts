import { call, op } from './op.js'

export default op({ name: 'Gelu', domain: 'com.microsoft', since: 1, attrs: {}, infer: ([x]) => [{ type: x!.type, shape: x!.shape }], means: ([x]) => [call('Gelu', [x])] })
