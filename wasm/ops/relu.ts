import { unary } from './families/elementwise.js'

export default unary({ name: 'Relu', since: 6, f: x => x < 0 ? 0 : x, big: x => x < 0n ? 0n : x, kernel: 'f32_relu' })
