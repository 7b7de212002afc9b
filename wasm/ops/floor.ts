import { unary } from './families/elementwise.js'

export default unary({ name: 'Floor', since: 6, f: Math.floor, kernel: 'f32_floor' })
