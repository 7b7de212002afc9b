import { binary } from './families/elementwise.js'

export default binary({ name: 'Mul', since: 7, f: (a, b, type) => type === 'int32' || type === 'uint32' ? Math.imul(a, b) : a * b, big: (a, b) => a * b, kernel: 'f32_mul' })
