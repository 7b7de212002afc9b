import { binary } from './families/elementwise.js'

export default binary({ name: 'And', since: 7, f: (a, b) => a & b, result: 'bool', kernel: 'u8_and', takes: 'bool' })
