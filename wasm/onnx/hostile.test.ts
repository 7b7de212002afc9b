import { createEngine, EngineError, type Engine, type Tensor } from '../index.js'
import { messages, parse, write, type Message } from '../conformance/fuzz/tree.js'
import { encodeModel, type TestNode } from '../testing/model.js'

let engine: Engine
beforeAll(async () => { engine = await createEngine({ build: 'plain', maximumMemory: 64 << 20, debug: true }) })
afterAll(() => engine.close())

const i64 = (...v: number[]): Tensor => ({ type: 'int64', shape: [v.length], data: BigInt64Array.from(v, BigInt) })
const f32 = (shape: number[], n = shape.reduce((a, b) => a * b, 1)): Tensor => ({ type: 'float32', shape, data: new Float32Array(n).fill(1) })

/** A sum of the input and the initialiser `w`. */
const summed = (w: Tensor): Uint8Array => encodeModel({ nodes: [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }], inputs: { x: 'float32' }, outputs: { y: 'float32' }, weights: { w } })
const kinds = (m: Message, kind: string): Message[] => messages(m).filter(x => x.kind === kind)
/** The same file with its initialiser changed. */
const altered = (change: (tensor: Message) => void, w = f32([3])): Uint8Array => { const m = parse(summed(w)); change(kinds(m, 'tensor')[0]!); return write(m) }
const rawless = (t: Message): void => { t.fields = t.fields.filter(f => f.number !== 9) }
const dims = (...values: bigint[]) => (t: Message): void => { t.fields = [...values.map(value => ({ number: 1, wire: 0, value })), ...t.fields.filter(f => f.number !== 1)] }
const outside = (location: string, more: Readonly<Record<string, string>> = {}) => (t: Message): void => {
  const text = (s: string): Uint8Array => new TextEncoder().encode(s)
  rawless(t)
  for (const [k, v] of Object.entries({ location, ...more })) t.fields.push({ number: 13, wire: 2, value: { kind: 'entry', fields: [{ number: 1, wire: 2, value: text(k) }, { number: 2, wire: 2, value: text(v) }] } })
  t.fields.push({ number: 14, wire: 0, value: 1n })
}

test.each<[string, Uint8Array, RegExp]>([
  ['raw data of another type', summed({ ...i64(1, 2, 3), type: 'float32' }), /"w" of float32 \[3\] takes 12 bytes, but 24 are stored/],
  ['raw data that is too short', summed(f32([3], 2)), /takes 12 bytes, but 8 are stored/],
  ['whole numbers where floats are declared', altered(t => { rawless(t); for (const v of [1n, 2n, 3n]) t.fields.push({ number: 7, wire: 0, value: v }) }), /"w" of float32 should hold 3 values, but holds 0/],
  ['no data at all', altered(rawless), /should hold 3 values, but holds 0/],
  ['an element type that does not exist', altered(t => { for (const f of t.fields) if (f.number === 2) f.value = 99n }), /element type 99/],
  ['complex numbers', altered(t => { for (const f of t.fields) if (f.number === 2) f.value = 14n }), /complex numbers are not supported/],
  ['a negative dimension', altered(dims(-3n)), /impossible dimension -3/],
  ['a dimension beyond whole numbers', altered(dims((1n << 63n) - 1n)), /impossible dimension/],
  ['dimensions whose product overflows', altered(dims(1n << 31n, 1n << 31n, 4n)), /is too large/],
  ['huge dimensions around a zero', altered(dims(1n << 40n, 0n, 1n << 40n), f32([0])), /is too large|impossible/],
  ['too many dimensions', altered(dims(...Array.from({ length: 1000 }, () => 1n))), /is too large/],
  ['weights outside without a place', altered(outside('')), /does not say where/],
  ['weights outside of another length', altered(outside('w', { length: '11' })), /takes 12 bytes, but its external data has 11/],
  ['weights outside at no position', altered(outside('w', { offset: '-4' })), /impossible position "-4"/],
])('an initialiser with %s is refused', async (_name, bytes, message) => {
  await expect(engine.load(bytes)).rejects.toMatchObject({ code: 'INVALID_MODEL', message: expect.stringMatching(message) as string })
})

test('weights outside that end too early are refused when they are read', async () => {
  const session = await engine.load(altered(outside('w', { offset: '4' })), { externalData: { w: new Uint8Array(12) } })
  await expect(session.run({ x: f32([3]) })).rejects.toMatchObject({ code: 'INVALID_MODEL', message: expect.stringMatching(/"w" is truncated: bytes 4 to 16 are wanted, it has 12/) as string })
  await session.close()
})

const node = (op: string, inputs: readonly string[], attributes?: TestNode['attributes']): TestNode => ({ op, inputs, outputs: ['y'], ...attributes && { attributes } })
/** Few bytes that ask for many: refused before anything of that size is made, whether planned from constants or told by data. */
test.each<[string, TestNode, Record<string, Tensor>, RegExp]>([
  ['Tile', node('Tile', ['x', 'n']), { n: i64(1 << 20, 1 << 19) }, /Tile|needs/],
  ['Tile, more than memory could hold', node('Tile', ['x', 'n']), { n: i64(2 ** 40, 2 ** 40) }, /Tile .*too large/],
  ['Tile, by halves', node('Tile', ['x', 'n']), { n: { type: 'float32', shape: [2], data: Float32Array.of(0.5, 0.5) } }, /Tile .*0.5 is no whole number/],
  ['Tile, negative', node('Tile', ['x', 'n']), { n: i64(-1, 1) }, /Tile .*impossible shape/],
  ['Expand', node('Expand', ['x', 'n']), { n: i64(1 << 14, 1 << 14, 1, 1) }, /Expand|needs/],
  ['ConstantOfShape', node('ConstantOfShape', ['n']), { n: i64(1 << 15, 1 << 15) }, /ConstantOfShape|needs/],
  ['ConstantOfShape, negative', node('ConstantOfShape', ['n']), { n: i64(-1) }, /ConstantOfShape .*-1 elements, which is impossible/],
  ['ConstantOfShape, endless dimensions', node('ConstantOfShape', ['n']), { n: i64(...Array.from({ length: 1000 }, () => 1)) }, /1000 dimensions/],
  ['Range', node('Range', ['a', 'n', 'd']), { a: { ...i64(0), shape: [] }, n: { ...i64(2 ** 40), shape: [] }, d: { ...i64(1), shape: [] } }, /Range|needs/],
  ['Range that never ends', node('Range', ['a', 'n', 'd']), { a: { ...i64(0), shape: [] }, n: { ...i64(9), shape: [] }, d: { ...i64(0), shape: [] } }, /Range/],
  ['Pad', node('Pad', ['x', 'n']), { n: i64(0, 0, 2 ** 33, 0) }, /Pad|needs/],
  ['Resize', node('Resize', ['x', '', '', 'n']), { n: i64(1 << 20, 1 << 20) }, /Resize|needs/],
  ['Reshape', node('Reshape', ['x', 'n']), { n: i64(2 ** 40, -1) }, /Reshape/],
  ['OneHot', node('OneHot', ['n', 'd', 'v']), { n: i64(1), d: { ...i64(2 ** 40), shape: [] }, v: f32([2]) }, /OneHot|needs/],
  ['CenterCropPad', node('CenterCropPad', ['x', 'n']), { n: i64(2 ** 33, 1) }, /CenterCropPad|needs/],
  ['AffineGrid', node('AffineGrid', ['t', 'n']), { t: f32([1, 2, 3]), n: i64(1, 1, 2 ** 30, 2 ** 30) }, /AffineGrid|needs/],
  ['Conv that pads', { ...node('Conv', ['p', 'w'], { pads: [2 ** 30, 2 ** 30, 2 ** 30, 2 ** 30] }) }, { p: f32([1, 1, 2, 2]), w: f32([1, 1, 1, 1]) }, /Conv|needs/],
  ['Conv that never moves', { ...node('Conv', ['p', 'w'], { strides: [0, 0] }) }, { p: f32([1, 1, 2, 2]), w: f32([1, 1, 1, 1]) }, /Conv .*at least 1/],
  ['MaxPool that never moves', { ...node('MaxPool', ['p'], { kernel_shape: [1, 1], strides: [0, 0] }) }, { p: f32([1, 1, 2, 2]) }, /MaxPool .*at least 1/],
  ['Split into nothing', node('Split', ['x', 'n']), { n: i64(-2, 4) }, /Split/],
])('%s is refused, from constants and from data', async (_name, n, all, message) => {
  const feeds: Record<string, Tensor> = { x: f32([2, 3]), ...all }
  const given = Object.fromEntries(Object.entries(feeds).filter(([k]) => n.inputs.includes(k)))
  const types = (of: Record<string, Tensor>) => Object.fromEntries(Object.entries(of).map(([k, t]) => [k, t.type]))
  for (const weights of [all, {}]) {
    const live = Object.fromEntries(Object.entries(given).filter(([k]) => !(k in weights))), began = performance.now()
    const session = await engine.load(encodeModel({ nodes: [n], inputs: types(live), outputs: { y: 'float32' }, weights, opset: 20 }))
    const e: unknown = await session.run(live).then(() => 'ran', (x: unknown) => x)
    expect(e).toBeInstanceOf(EngineError)
    expect(['INVALID_MODEL', 'INVALID_INPUT', 'OUT_OF_MEMORY']).toContain((e as EngineError).code)
    expect((e as EngineError).message).toMatch(message)
    // Seconds would mean that it was being made.
    expect(performance.now() - began).toBeLessThan(3000)
    await session.close()
  }
})

test('attention without heads is empty', async () => {
  const feeds = Object.fromEntries([['q', 0], ['k', 3], ['v', 3]].map(([name, heads]) => [name, { type: 'float32', shape: [2, heads as number, 4, 8], data: new Float32Array(64 * (heads as number)) } as const]))
  const session = await engine.load(encodeModel({ nodes: [{ op: 'Attention', inputs: ['q', 'k', 'v'], outputs: ['y'] }], inputs: { q: 'float32', k: 'float32', v: 'float32' }, outputs: { y: 'float32' }, opset: 23 }))
  expect((await session.run(feeds)).y).toMatchObject({ shape: [2, 0, 4, 8] })
  await session.close()
})

test('operators that only passes make are not for files', async () => {
  const bytes = encodeModel({ nodes: [{ op: 'ToNhwc', domain: 'noisegraph', inputs: ['x'], outputs: ['y'] }], inputs: { x: 'float32' }, outputs: { y: 'float32' } })
  await expect(engine.load(bytes)).rejects.toMatchObject({ code: 'UNSUPPORTED', message: expect.stringMatching(/noisegraph\.ToNhwc/) as string })
})

/** y = x doubled n times, by a loop. */
function doubling(): Uint8Array {
  const body = parse(encodeModel({
    nodes: [{ op: 'Add', inputs: ['v', 'v'], outputs: ['w'] }, { op: 'Identity', inputs: ['go'], outputs: ['again'] }], inputs: { i: 'int64', go: 'bool', v: 'float32' }, outputs: { again: 'bool', w: 'float32' },
  }))
  const m = parse(encodeModel({ nodes: [{ op: 'Loop', inputs: ['n', '', 'x'], outputs: ['y'] }], inputs: { n: 'int64', x: 'float32' }, outputs: { y: 'float32' } }))
  const graph = kinds(body, 'graph')[0]!, attribute: Message = { kind: 'attribute', fields: [{ number: 1, wire: 2, value: new TextEncoder().encode('body') }, { number: 6, wire: 2, value: graph }, { number: 20, wire: 0, value: 5n }] }
  kinds(m, 'node')[0]!.fields.push({ number: 5, wire: 2, value: attribute })
  return write(m)
}

test('a loop that would not end in this life is aborted, and keeps nobody waiting', async () => {
  const endless = await engine.load(doubling()), other = await engine.load(summed(f32([3]))), late: number[] = [], n = (v: bigint): Tensor => ({ type: 'int64', shape: [], data: BigInt64Array.of(v) })
  expect((await endless.run({ n: n(3n), x: f32([2]) }))['y']).toMatchObject({ data: Float32Array.of(8, 8) })
  for (let i = 0; i < 3; i++) {
    const abort = new AbortController(), run = endless.run({ n: n(1n << 62n), x: f32([2]) }, { signal: abort.signal })
    run.catch(() => undefined)
    await expect(other.run({ x: f32([3]) })).resolves.toHaveProperty('y')
    const asked = performance.now()
    abort.abort()
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' })
    late.push(performance.now() - asked)
  }
  expect(Math.min(...late)).toBeLessThan(20)
  await Promise.all([endless.close(), other.close()])
})
