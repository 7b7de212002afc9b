import { createEngine, type Tensor } from '../index.js'
import { opNamed } from '../graph/registry.js'
import { encodeModel } from '../testing/model.js'

/** Neg that writes one line more than it should. */
const neg = opNamed('Neg') as { launch: NonNullable<ReturnType<typeof opNamed>['launch']> }, right = neg.launch
const longer = (p: { readonly shape: readonly number[] } | undefined): never => (p && { ...p, shape: [p.shape[0]! + 16] }) as never
afterEach(() => { neg.launch = right })

const bytes = encodeModel({ nodes: [{ op: 'Abs', inputs: ['x'], outputs: ['a'] }, { op: 'Neg', inputs: ['a'], outputs: ['b'] }, { op: 'Abs', inputs: ['b'], outputs: ['y'] }], inputs: { x: 'float32' }, outputs: { y: 'float32' } })
const x: Tensor = { type: 'float32', shape: [64], data: new Float32Array(64).fill(3) }

test.each([['plain', 1], ['strict', 2]] as const)('a step that writes past its result is named (%s build)', async (build, threads) => {
  const engine = await createEngine({ build, threads, debug: true })
  const session = await engine.load(bytes, { passes: false })
  const { y } = await session.run({ x })
  expect((y as Tensor).data[63]).toBe(3)
  neg.launch = (io, attrs) => right({ ...io, in: io.in.map(longer), out: io.out.map(longer) }, attrs)
  const broken = await engine.load(bytes, { passes: false })
  await expect(broken.run({ x })).rejects.toMatchObject({ code: 'FAILED', message: expect.stringMatching(/^Neg, made of Neg.*wrote past the end of its result 0/) as string })
  await engine.close().catch(() => undefined)
})
