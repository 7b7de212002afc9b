import { unary } from './families/elementwise.js'

export default unary({ name: 'HardSwish', since: 14, f: x => x * Math.max(0, Math.min(1, x / 6 + 0.5)), kernel: 'f32_hard_swish' })
