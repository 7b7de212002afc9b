import { unary } from './families/elementwise.js'

export default unary({ name: 'Sin', since: 7, f: Math.sin, kernel: 'f32_sin' })
