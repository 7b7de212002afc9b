import { int64 } from '../graph/numbers.js'
import { op, type Item } from './op.js'

const part = (shape: readonly number[], start: number, end: number | null): readonly number[] => {
  const n = shape.length, at = (v: number): number => Math.min(n, Math.max(0, v < 0 ? v + n : v))
  return shape.slice(at(start), Math.max(at(start), at(end ?? n)))
}
export default op({
  name: 'Shape', since: 1, attrs: { start: 0, end: null as number | null },
  infer([x], { start, end }) { const value = int64(part(x!.shape, start, end)); return [{ ...value, value }] },
  compute: ([x], { start, end }) => [int64(part((x as Extract<Item, { shape: unknown }>).shape, start, end))],
})
