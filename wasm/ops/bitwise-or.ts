import { binary } from './families/elementwise.js'

export default binary({ name: 'BitwiseOr', since: 18, f: (a, b) => a | b, big: (a, b) => a | b })
