import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { createEngine, type Engine, type Tensor } from '../index.js'
import { encodeModel, type TestNode } from '../testing/model.js'

const f = (shape: number[], k = 1): Tensor => ({ type: 'float32', shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 1.7 + k) * Math.cos(i * 0.3 + k)) })

/** Pools, transposed convolutions and convolutions of volumes, whose kernels are told of their windows in other words than the standard's, against ONNX Runtime. */
const cases: readonly [name: string, op: string, attributes: NonNullable<TestNode['attributes']>, inputs: readonly Tensor[]][] = [
  ['MaxPool, wide', 'MaxPool', { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 2, 1] }, [f([2, 5, 9, 8])]],
  ['MaxPool, dilated', 'MaxPool', { kernel_shape: [3, 3], dilations: [2, 1], pads: [2, 1, 1, 1] }, [f([1, 17, 9, 8])]],
  ['MaxPool, ceiling', 'MaxPool', { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }, [f([1, 3, 8, 9])]],
  ['MaxPool of a line', 'MaxPool', { kernel_shape: [3], strides: [2], pads: [1, 1] }, [f([2, 20, 9])]],
  ['AveragePool', 'AveragePool', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }, [f([2, 20, 9, 8])]],
  ['AveragePool with its padding', 'AveragePool', { kernel_shape: [3, 2], pads: [1, 0, 2, 1], count_include_pad: 1 }, [f([2, 16, 7, 8])]],
  ['AveragePool, padded alike', 'AveragePool', { kernel_shape: [2, 3], strides: [2, 2], auto_pad: 'SAME_LOWER' }, [f([1, 4, 7, 9])]],
  ['AveragePool of a line', 'AveragePool', { kernel_shape: [4], strides: [3], pads: [2, 1], count_include_pad: 1 }, [f([1, 6, 11])]],
  ['ConvTranspose to twice the size', 'ConvTranspose', { strides: [2, 2], pads: [1, 1, 1, 1] }, [f([2, 16, 5, 7]), f([16, 24, 4, 4], 2), f([24], 3)]],
  ['ConvTranspose, output padding', 'ConvTranspose', { strides: [2, 3], pads: [1, 0, 1, 2], output_padding: [1, 2] }, [f([1, 3, 5, 4]), f([3, 5, 3, 4], 2), f([5], 3)]],
  ['ConvTranspose in groups', 'ConvTranspose', { strides: [2, 2], group: 3 }, [f([2, 6, 4, 5]), f([6, 4, 3, 2], 2), f([12], 3)]],
  ['ConvTranspose of each channel', 'ConvTranspose', { strides: [2, 2], pads: [1, 1, 1, 1], group: 6 }, [f([1, 6, 4, 5]), f([6, 1, 4, 4], 2)]],
  ['ConvTranspose, steps wider than the kernel', 'ConvTranspose', { strides: [4, 3] }, [f([1, 3, 4, 5]), f([3, 4, 2, 2], 2), f([4], 3)]],
  ['ConvTranspose, a large kernel and padding', 'ConvTranspose', { strides: [2, 1], pads: [5, 4, 4, 5] }, [f([1, 3, 8, 9]), f([3, 4, 7, 6], 2)]],
  ['ConvTranspose to a given shape', 'ConvTranspose', { strides: [2, 2], output_shape: [8, 9], auto_pad: 'SAME_UPPER' }, [f([1, 3, 4, 5]), f([3, 4, 3, 3], 2)]],
  ['ConvTranspose, dilated', 'ConvTranspose', { strides: [2, 2], dilations: [2, 2] }, [f([1, 3, 4, 5]), f([3, 4, 3, 3], 2)]],
  ['Conv of a volume', 'Conv', { pads: [1, 1, 1, 1, 1, 1] }, [f([2, 8, 4, 6, 5]), f([16, 8, 3, 3, 3], 2), f([16], 3)]],
  ['Conv of a volume, wide steps', 'Conv', { strides: [2, 1, 2], pads: [1, 0, 1, 0, 1, 1] }, [f([1, 3, 7, 6, 9]), f([5, 3, 3, 2, 3], 2), f([5], 3)]],
  ['Conv of a volume, dilated, in groups', 'Conv', { dilations: [2, 1, 2], group: 2 }, [f([1, 4, 7, 5, 8]), f([6, 2, 3, 2, 2], 2)]],
  ['Conv of a volume to as many channels, transformed', 'Conv', { pads: [1, 1, 1, 1, 1, 1] }, [f([1, 32, 3, 12, 12]), f([32, 32, 3, 3, 3], 2)]],
  ['ConvTranspose of a line', 'ConvTranspose', { strides: [4], pads: [2, 2] }, [f([1, 8, 9]), f([8, 5, 8], 2), f([5], 3)]],
]
const engines: Engine[] = []
beforeAll(async () => { for (const build of ['auto', 'strict'] as const) for (const revectorize of [true, false]) engines.push(await createEngine({ build, threads: 2, revectorize })) })
afterAll(async () => { for (const e of engines) await e.close() })

test.each(cases)('%s is what ONNX Runtime computes', async (_name, op, attributes, inputs) => {
  const feeds = { x: inputs[0]! }, weights = Object.fromEntries(inputs.slice(1).map((t, i) => [`w${i}`, t]))
  const bytes = encodeModel({ nodes: [{ op, inputs: ['x', ...Object.keys(weights)], outputs: ['y'], attributes }], inputs: { x: 'float32' }, outputs: { y: 'float32' }, weights, opset: 19 })
  const reference = await InferenceSession.create(bytes), want = (await reference.run({ x: new OrtTensor('float32', feeds.x.data as Float32Array, feeds.x.shape as number[]) })).y!
  for (const engine of engines) for (const passes of [true, false]) {
    const session = await engine.load(bytes, { passes }), got = (await session.run(feeds)).y as Tensor
    expect(got.shape).toEqual([...want.dims])
    expect(Math.max(...(got.data as Float32Array).map((v, i) => Math.abs(v - (want.data as Float32Array)[i]!)))).toBeLessThan(2e-5 * Math.max(1, ...(want.data as Float32Array)))
    await session.close()
  }
  await reference.release()
})
