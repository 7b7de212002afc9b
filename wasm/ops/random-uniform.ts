import { randomOps } from './families/random-ops.js'

export default randomOps('RandomUniform', false)
