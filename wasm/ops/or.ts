import { binary } from './families/elementwise.js'

export default binary({ name: 'Or', since: 7, f: (a, b) => a | b, result: 'bool', kernel: 'u8_or', takes: 'bool' })
