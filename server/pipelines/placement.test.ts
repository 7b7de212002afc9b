import type { Tensor } from '../../plugins/sdk/index.js'
import type { Network } from '../models/network.js'
import { answerCalls } from './placement.js'

const one = (value: number): Tensor => ({ shape: [1, 2], data: Float32Array.of(value, -value) })
const call = (value: number, t = 5) => ({ x: one(value), t, feeds: { label: one(10 * value) } })
const signal = new AbortController().signal

/** Twice x plus the label. `perturb` makes larger batches differ in the last bit, as another order of summation would. */
function network(perturb: boolean) {
  const batches: number[] = []
  const it = {
    run(x: Tensor, t: number, feeds: Readonly<Record<string, Tensor>>) {
      batches.push(x.shape[0]!)
      return Promise.resolve({ shape: x.shape, data: x.data.map((v, i) => (2 * v + feeds.label!.data[i]! + t) * (perturb && x.shape[0]! > 1 ? 1 + 2 ** -23 : 1)) })
    },
  } as unknown as Network
  return { it, batches }
}

test('pictures share a run where it changes no bit; the first group is run both ways', async () => {
  const { it, batches } = network(false)
  const calls = [1, 2, 3].map(v => call(v))
  const alone = [17, 29, 41]
  for (let step = 0; step < 2; step++) expect((await answerCalls(it, calls, signal)).map(a => a.data[0])).toEqual(alone)
  expect(batches).toEqual([1, 1, 1, 3, 3])
})

test('where a batch differs in one bit, each picture runs alone', async () => {
  const { it, batches } = network(true)
  const calls = [1, 2].map(v => call(v))
  for (let step = 0; step < 2; step++) expect((await answerCalls(it, calls, signal)).map(a => a.data[0])).toEqual([17, 29])
  expect(batches).toEqual([1, 1, 2, 1, 1])
})

test('calls at other timesteps do not share a run, and answers keep the order of the calls', async () => {
  const { it, batches } = network(false)
  const calls = [call(1, 5), call(2, 7), call(3, 5)]
  const first = await answerCalls(it, calls, signal)
  expect(first.map(a => a.data[0])).toEqual([17, 31, 41])
  await answerCalls(it, calls, signal)
  expect(batches).toEqual([1, 1, 2, 1, 2, 1])
})
