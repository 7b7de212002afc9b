import { list } from '../graph/numbers.js'
import { axesOf } from '../graph/shape.js'
import { view } from './families/view.js'

function squeezed(shape: readonly number[], axes: readonly number[] | undefined): number[] {
  if (!axes) return shape.filter(d => d !== 1)
  const gone = axesOf(axes, shape.length)
  for (const a of gone) if (shape[a] !== 1) throw new Error(`axis ${a} of [${shape}] is not 1 long`)
  return shape.filter((_, i) => !gone.includes(i))
}

export default [
  view({ name: 'Squeeze', since: 1, attrs: { axes: null as readonly number[] | null }, shape: ([x], { axes }) => squeezed(x!.shape, axes ?? undefined) }),
  view({ name: 'Squeeze', since: 13, attrs: {}, values: [1], shape: ([x, axes]) => squeezed(x!.shape, axes && list(axes.value)) }),
]
