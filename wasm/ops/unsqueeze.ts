import { list } from '../graph/numbers.js'
import { axesOf } from '../graph/shape.js'
import { view } from './families/view.js'

function unsqueezed(shape: readonly number[], axes: readonly number[]): number[] {
  const rank = shape.length + axes.length, added = axesOf(axes, rank)
  if (new Set(added).size !== added.length) throw new Error(`the axes [${axes}] repeat`)
  let k = 0
  return Array.from({ length: rank }, (_, i) => added.includes(i) ? 1 : shape[k++]!)
}

export default [
  view({ name: 'Unsqueeze', since: 1, attrs: { axes: [] as readonly number[] }, shape: ([x], { axes }) => unsqueezed(x!.shape, axes) }),
  view({ name: 'Unsqueeze', since: 13, attrs: {}, values: [1], shape: ([x, axes]) => unsqueezed(x!.shape, list(axes!.value)) }),
]
