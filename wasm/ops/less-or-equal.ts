import { binary } from './families/elementwise.js'

export default binary({ name: 'LessOrEqual', since: 12, f: (a, b) => Number(a <= b), big: (a, b) => a <= b, result: 'bool', kernel: 'f32_less_or_equal' })
