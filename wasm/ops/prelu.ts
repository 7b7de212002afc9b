import { binary } from './families/elementwise.js'

export default binary({ name: 'PRelu', since: 7, f: (x, slope) => x < 0 ? slope * x : x, kernel: 'f32_prelu', big: (x, slope) => x < 0n ? slope * x : x })
