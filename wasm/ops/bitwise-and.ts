import { binary } from './families/elementwise.js'

export default binary({ name: 'BitwiseAnd', since: 18, f: (a, b) => a & b, big: (a, b) => a & b })
