import { even } from '../graph/half.js'
import { unary } from './families/elementwise.js'

export default unary({ name: 'Round', since: 11, f: even, kernel: 'f32_round' })
