import { createEngine, type Engine, type Tensor } from '../index.js'
import { values } from '../selftest/machine.js'
import { encodeModel, type TestNode } from '../testing/model.js'

let engine: Engine
beforeAll(async () => { engine = await createEngine({ build: 'strict', threads: 1, debug: true }) })
afterAll(() => engine.close())

const t = (seed: number, ...shape: number[]): Tensor => ({ type: 'float32', shape, data: values(shape.reduce((a, b) => a * b, 1), seed) })

/** Graphs that exporters seldom write, where a pass might take something for granted. */
test.each<[string, readonly TestNode[], Record<string, Tensor>]>([
  ['filters that are the result of a convolution', [
    { op: 'Conv', inputs: ['a', 'w'], outputs: ['filters'] }, { op: 'Conv', inputs: ['x', 'filters', 'b'], outputs: ['y'], attributes: { pads: [1, 1, 1, 1] } },
  ], { a: t(1, 6, 3, 3, 3), w: t(2, 5, 3, 1, 1), x: t(3, 2, 5, 7, 7), b: t(4, 6) }],
  ['bounds of Clip that are made beside a convolution', [
    { op: 'Conv', inputs: ['x', 'w'], outputs: ['c'] }, { op: 'ReduceMean', inputs: ['c'], outputs: ['low'], attributes: { keepdims: 0 } }, { op: 'Clip', inputs: ['c', 'low'], outputs: ['y'] },
  ], { x: t(1, 1, 3, 5, 5), w: t(2, 4, 3, 1, 1) }],
  ['attention of one head with a mask for each picture', [
    { op: 'Transpose', inputs: ['k'], outputs: ['kt'], attributes: { perm: [0, 2, 1] } }, { op: 'MatMul', inputs: ['q', 'kt'], outputs: ['s'] }, { op: 'Add', inputs: ['s', 'm'], outputs: ['sm'] },
    { op: 'Softmax', inputs: ['sm'], outputs: ['p'], attributes: { axis: -1 } }, { op: 'MatMul', inputs: ['p', 'v'], outputs: ['y'] },
  ], { q: t(1, 2, 5, 8), k: t(2, 2, 6, 8), v: t(3, 2, 6, 8), m: t(4, 2, 5, 6) }],
  ['attention on keys that are transposed without saying how', [
    { op: 'Transpose', inputs: ['k'], outputs: ['kt'] }, { op: 'MatMul', inputs: ['q', 'kt'], outputs: ['s'] }, { op: 'Softmax', inputs: ['s'], outputs: ['p'], attributes: { axis: -1 } }, { op: 'MatMul', inputs: ['p', 'v'], outputs: ['y'] },
  ], { q: t(1, 2, 5, 8), k: t(2, 6, 8), v: t(3, 2, 6, 8) }],
])('%s', async (_name, nodes, feeds) => {
  const bytes = encodeModel({ nodes, inputs: Object.fromEntries(Object.keys(feeds).map(k => [k, 'float32' as const])), outputs: { y: 'float32' } })
  const [fused, plain] = await Promise.all([true, false].map(async passes => {
    const session = await engine.load(bytes, { passes }), { y } = await session.run(feeds)
    await session.close()
    return y as Tensor
  }))
  expect(fused!.shape).toEqual(plain!.shape)
  // Sums of a few dozen products of values below one, in another order.
  ;(fused!.data as Float32Array).forEach((v, i) => expect(Math.abs(v - Number(plain!.data[i]))).toBeLessThan(1e-5))
})
