import type { Session, Value } from '../sessions/session.js'
import { denoisingNetwork } from './network.js'
import { imagePositions, pack, unpack } from './packed.js'

const counted = (...shape: number[]) => ({ shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i) })

test('a token is a square of 2x2 latents: by channel, then row, then column', () => {
  const packed = pack(counted(1, 2, 4, 6))
  expect(packed.shape).toEqual([1, 6, 8])
  // The second token: rows 0 and 1, columns 2 and 3, of both channels.
  expect([...packed.data.slice(8, 16)]).toEqual([2, 3, 8, 9, 26, 27, 32, 33])
})

test('unpacking undoes packing, batch by batch', () => {
  const x = counted(3, 4, 6, 2)
  expect(unpack(pack(x), 6, 2)).toEqual(x)
})

test('positions: nothing, row, column', () => {
  expect(imagePositions(2, 2, 3)).toEqual({ shape: [4, 3], data: Float32Array.from([0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1]) })
})

test.each([[2, [6, 3], [5, 3]], [3, [2, 6, 3], [2, 5, 3]]] as const)('a packed network is fed tokens, times from 0 to 1, and positions of rank %i', async (rank, places, words) => {
  const fed: Record<string, Value>[] = []
  const port = (name: string, ...shape: (number | string)[]) => ({ name, type: 'float32', shape } as const)
  const ids = (name: string) => port(name, ...(rank === 3 ? ['batch', 'tokens', 3] : ['tokens', 3]))
  const session: Session = {
    device: 'cpu', close: () => Promise.resolve(), outputs: [port('out_hidden_states', 'batch', 'tokens', 16)],
    inputs: [port('hidden_states', 'batch', 'tokens', 16), port('encoder_hidden_states', 'batch', 's', 8), port('timestep', 'batch'), ids('img_ids'), ids('txt_ids')],
    run: feeds => { fed.push({ ...feeds }); return Promise.resolve({ out_hidden_states: feeds.hidden_states! }) },
  }
  const network = denoisingNetwork(session)
  expect(network.inputs).toEqual(['encoder_hidden_states'])
  expect(network.sample.shape.slice(0, 2)).toEqual(['batch', 4])
  const x = counted(2, 4, 4, 6)
  expect(await network.run(x, 250, { encoder_hidden_states: counted(2, 5, 8) }, new AbortController().signal)).toEqual(x)
  expect([fed[0]!.hidden_states!.shape, fed[0]!.img_ids!.shape, fed[0]!.txt_ids!.shape, [...fed[0]!.timestep!.data]]).toEqual([[2, 6, 16], places, words, [0.25, 0.25]])
})
