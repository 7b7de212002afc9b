import { binary } from './families/elementwise.js'

export default binary({ name: 'Less', since: 7, f: (a, b) => Number(a < b), big: (a, b) => a < b, result: 'bool', kernel: 'f32_less' })
