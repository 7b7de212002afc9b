import { binary } from './families/elementwise.js'

export default binary({ name: 'GreaterOrEqual', since: 12, f: (a, b) => Number(a >= b), big: (a, b) => a >= b, result: 'bool', kernel: 'f32_greater_or_equal' })
