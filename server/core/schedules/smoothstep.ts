import { schedule } from '../../../plugins/sdk/index.js'
import { gridAt } from '../tables/grid-at.js'
import { range } from '../tables/numeric.js'

export default schedule({
  name: 'smoothstep',
  summary: 'Time falls along 3 u^2 - 2 u^3: small steps at both ends, large ones in the middle.',
  cites: 'Hermite smoothstep over the model\'s time',
  options: {},
  grid: request => gridAt(request, range(request.steps, i => i / request.steps).map(u => (request.sigmas.length - 1) * (1 - u * u * (3 - 2 * u)))),
})
