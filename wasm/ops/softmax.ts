import { softmaxes } from './families/softmax.js'

export default softmaxes('Softmax', 0, (e, _v, sum) => e / sum)
