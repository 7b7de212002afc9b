import { binary } from './families/elementwise.js'

export default binary({ name: 'Equal', since: 7, f: (a, b) => Number(a === b), big: (a, b) => a === b, result: 'bool' })
