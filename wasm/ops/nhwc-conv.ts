import { call, op } from './op.js'
import { given } from './fused-conv.js'
import { windowAttrs } from './families/window.js'

/** Convolution with channels last; filters as in Conv. */
export default op({
  name: 'NhwcConv', domain: 'com.microsoft', since: 1, attrs: { ...windowAttrs, group: 1 },
  means: ([x, w, bias], a) => [call('Transpose', [call('Conv', [call('Transpose', [x], { perm: [0, 3, 1, 2] }), w, bias], given(a))], { perm: [0, 2, 3, 1] })],
})
