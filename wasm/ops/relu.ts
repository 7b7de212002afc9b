import { op } from './op.js'

export default op({ name: 'Relu', since: 6, attrs: {}, infer: ([x]) => [x!] })
