import type { Session, Value } from '../sessions/session.js'
import { fitBatch } from './fit-batch.js'

const value = (shape: readonly number[], data: readonly number[]): Value => ({ type: 'float32', shape, data: Float32Array.from(data) })

/** Adds each sample's label and the one timestep to it; takes exactly two samples. */
function pairs() {
  const seen: number[][] = []
  const session: Session = {
    device: 'cpu', close: () => Promise.resolve(), outputs: [{ name: 'out', type: 'float32', shape: [2, 2] }],
    inputs: [{ name: 'sample', type: 'float32', shape: [2, 2] }, { name: 'label', type: 'float32', shape: [2] }, { name: 'timestep', type: 'float32', shape: [1] }],
    run({ sample, label, timestep }) {
      seen.push([...label!.data as Float32Array])
      return Promise.resolve({ out: value([2, 2], [...sample!.data as Float32Array].map((v, i) => v + Number(label!.data[i >> 1]) + Number(timestep!.data[0]))) })
    },
  }
  return { session: fitBatch(session), seen }
}

test.each([1, 2, 3, 4])('a network for two samples takes %i', async count => {
  const { session } = pairs()
  const samples = Array.from({ length: 2 * count }, (_, i) => i)
  const labels = Array.from({ length: count }, (_, i) => 100 * i)
  const { out } = await session.run({ sample: value([count, 2], samples), label: value([count], labels), timestep: value([1], [0.5]) })
  expect(out!.shape).toEqual([count, 2])
  expect([...out!.data as Float32Array]).toEqual(samples.map((v, i) => v + labels[i >> 1]! + 0.5))
})

test('what is missing is repeated, not invented', async () => {
  const { session, seen } = pairs()
  await session.run({ sample: value([3, 2], [1, 2, 3, 4, 5, 6]), label: value([3], [7, 8, 9]), timestep: value([1], [0]) })
  expect(seen).toEqual([[7, 8], [9, 9]])
})
