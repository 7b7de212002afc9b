import { binary } from './families/elementwise.js'

export default binary({ name: 'Add', since: 7, f: (a, b) => a + b, big: (a, b) => a + b, kernel: 'f32_add' })
