import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine, EngineError, type Engine, type Tensor } from '../index.js'
import { randoms } from '../ops/families/random.js'
import { encodeModel, type TestNode } from '../testing/model.js'
import { openModel } from './files.js'

let engine: Engine
beforeAll(async () => { engine = await createEngine({ build: 'plain', maximumMemory: 64 << 20, debug: true }) })
afterAll(() => engine.close())

const model = (nodes: readonly TestNode[]): Uint8Array => encodeModel({ nodes, inputs: { x: 'float32' }, outputs: { y: 'float32' } })
const x: Tensor = { type: 'float32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }

test('all unknown operators are named at once, with their nodes', async () => {
  const bytes = model([{ op: 'Frobnicate', inputs: ['x'], outputs: ['a'] }, { op: 'Twist', domain: 'com.example', inputs: ['a'], outputs: ['b'] }, { op: 'Frobnicate', inputs: ['b'], outputs: ['y'] }])
  await expect(engine.load(bytes)).rejects.toMatchObject({ code: 'UNSUPPORTED', message: 'The model needs 2 operators that this engine has not: Frobnicate (opset 17) in "a", "y"; com.example.Twist (opset 1) in "b".' })
})

test.each<[string, readonly TestNode[], RegExp]>([
  ['a cycle', [{ op: 'Add', inputs: ['x', 'b'], outputs: ['a'] }, { op: 'Add', inputs: ['a', 'x'], outputs: ['b'] }, { op: 'Add', inputs: ['b', 'x'], outputs: ['y'] }], /has a cycle/],
  ['a value that nothing makes', [{ op: 'Add', inputs: ['x', 'ghost'], outputs: ['y'] }], /reads "ghost", which nothing makes/],
  ['a value made twice', [{ op: 'Abs', inputs: ['x'], outputs: ['y'] }, { op: 'Neg', inputs: ['x'], outputs: ['y'] }], /"y" is made twice/],
  ['an output that is made by no node', [{ op: 'Abs', inputs: ['x'], outputs: ['z'] }], /output "y" is made by no node/],
])('%s is refused', (_name, nodes, message) => expect(engine.load(model(nodes))).rejects.toMatchObject({ code: 'INVALID_MODEL', message: expect.stringMatching(message) as string }))

test('shapes that do not fit are refused with the node and the shapes', async () => {
  const session = await engine.load(encodeModel({ nodes: [{ op: 'MatMul', inputs: ['x', 'x'], outputs: ['y'] }], inputs: { x: 'float32' }, outputs: { y: 'float32' } }))
  await expect(session.run({ x })).rejects.toMatchObject({ message: expect.stringMatching(/MatMul .* cannot take float32 \[2,3\], float32 \[2,3\]/) as string })
  await session.close()
})

test('weights outside the model are read from its folder and nowhere else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'engine-'))
  try {
    writeFileSync(join(folder, 'model.onnx'), model([{ op: 'Abs', inputs: ['x'], outputs: ['y'] }]))
    writeFileSync(join(folder, 'any name'), Uint8Array.of(1, 2, 3, 4))
    symlinkSync('/etc/hostname', join(folder, 'link'))
    const { external } = await openModel(join(folder, 'model.onnx'), undefined)
    expect(Array.from(await external('any name', 1, 2))).toEqual([2, 3])
    for (const name of ['../secret', '/etc/hostname', 'link', '.']) expect(() => external(name, 0, 1)).toThrow('outside its folder')
    expect(() => external('missing', 0, 1)).toThrow('is not there')
    expect(() => external('any name', 2, 8)).toThrow('truncated')
  } finally { rmSync(folder, { recursive: true }) }
})

test('every truncation and a thousand damaged copies are loaded or refused, and nothing else happens', async () => {
  const original = model([{ op: 'Abs', inputs: ['x'], outputs: ['a'] }, { op: 'ReduceSum', inputs: ['a'], outputs: ['y'], attributes: { keepdims: 0 } }]), next = randoms(7)
  const copies = [...Array.from({ length: original.length }, (_, n) => original.slice(0, n)), ...Array.from({ length: 1000 }, () => {
    const copy = original.slice()
    for (let k = 0; k < 3; k++) copy[Math.floor(next() * copy.length)] = Math.floor(next() * 256)
    return copy
  })]
  for (const bytes of copies) {
    try {
      const session = await engine.load(bytes)
      await session.run({ x }).catch((e: unknown) => { expect(e).toBeInstanceOf(EngineError) })
      await session.close()
    } catch (e) { expect(e).toBeInstanceOf(EngineError) }
  }
})

test('indices out of range, in data that is only there at run time, are refused with the node and the index, and the engine goes on', async () => {
  const session = await engine.load(encodeModel({ nodes: [{ op: 'Gather', inputs: ['x', 'i'], outputs: ['y'] }], inputs: { x: 'float32', i: 'int64' }, outputs: { y: 'float32' } }))
  const at = (i: bigint): Tensor => ({ type: 'int64', shape: [1], data: BigInt64Array.of(i) })
  await expect(session.run({ x, i: at(5n) })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(/Gather .*the index 5 is not within 2/) as string })
  expect(Array.from(((await session.run({ x, i: at(-1n) }))['y'] as Tensor).data as Float32Array)).toEqual([4, 5, 6])
  await session.close()
})
