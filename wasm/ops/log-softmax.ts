import { softmaxes } from './families/softmax.js'

export default softmaxes('LogSoftmax', 1, (_e, v, sum) => v - Math.log(sum))
