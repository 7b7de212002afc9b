import type { Tensor } from '../../plugins/sdk/index.js'
import type { Network } from './network.js'
import { windowed } from './windows.js'

/** Answers twice what it is given, and remembers how many frames it saw. */
function doubling() {
  const seen: number[] = []
  const run: Network['run'] = x => { seen.push(x.shape[2]!); return Promise.resolve({ shape: x.shape, data: x.data.map(v => 2 * v) }) }
  return { seen, network: { run } as Network }
}
const video = (frames: number): Tensor => ({ shape: [2, 3, frames, 2, 2], data: Float32Array.from({ length: 24 * frames }, (_, i) => Math.sin(i)) })
const none = new AbortController().signal

test.each([[8, [8]], [5, [5]], [9, [8, 8]], [20, [8, 8, 8]], [64, Array<number>(11).fill(8)]])('%i frames through a network of 8', async (frames, calls) => {
  const { seen, network } = doubling()
  const x = video(frames)
  const { shape, data } = await windowed(network, { frames: 8, fixed: false }).run(x, 0, {}, none)
  expect(seen).toEqual(calls)
  expect(shape).toEqual(x.shape)
  // What all windows agree on comes out as it is, but for the rounding of weights and sums.
  expect(Math.max(...data.map((v, i) => Math.abs(v - 2 * x.data[i]!)))).toBeLessThan(1e-6)
})

test('where windows disagree, the one nearer to its middle counts more', async () => {
  let call = 0
  const network = { run: (x: Tensor) => { call++; return Promise.resolve({ shape: x.shape, data: x.data.map(() => call) }) } } as unknown as Network
  const { data } = await windowed(network, { frames: 8, fixed: false }).run({ shape: [1, 1, 14, 1, 1], data: new Float32Array(14) }, 0, {}, none)
  expect([...data]).toEqual([1, 1, 1, 1, 1, 1, 1.25, 1.75, 2, 2, 2, 2, 2, 2])
})
