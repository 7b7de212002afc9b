import { unary } from './families/elementwise.js'
import { erf } from './families/erf.js'

export default unary({ name: 'Erf', since: 9, f: erf, kernel: 'f32_erf' })
