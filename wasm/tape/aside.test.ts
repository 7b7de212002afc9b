import { createEngine, type Engine, type Tensor } from '../index.js'
import { opNamed } from '../graph/registry.js'
import { values } from '../selftest/machine.js'
import { encodeModel } from '../testing/model.js'
import { Aside } from './aside.js'

let engine: Engine
beforeAll(async () => { engine = await createEngine({ build: 'strict', threads: 1 }) })
afterAll(() => engine.close())

/** A product in whole numbers, which JavaScript computes: [n, n] times [n, n]. */
const bytes = encodeModel({ nodes: [{ op: 'MatMulInteger', inputs: ['a', 'b'], outputs: ['y'] }], inputs: { a: 'uint8', b: 'uint8' }, outputs: { y: 'int32' } })
const squares = (n: number): Record<string, Tensor> => Object.fromEntries(['a', 'b'].map((k, i) => [k, { type: 'uint8', shape: [n, n], data: Uint8Array.from({ length: n * n }, (_, j) => (j * 31 + i) % 7) } satisfies Tensor]))

test('what JavaScript computes leaves the caller free, and ends at once when it is aborted', async () => {
  const session = await engine.load(bytes)
  // The thread is started by a smaller product; the larger one is seconds of work.
  await session.run(squares(64))
  const late: number[] = []
  for (let i = 0; i < 3; i++) {
    const abort = new AbortController(), run = session.run(squares(2048), { signal: abort.signal })
    run.catch(() => undefined)
    await new Promise(r => setTimeout(r, 20))
    const asked = performance.now()
    abort.abort()
    // Computed here, it would be over before the abort was heard.
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' })
    late.push(performance.now() - asked)
  }
  // A machine that is busy with other things may be late to say so, but not each time.
  expect(Math.min(...late)).toBeLessThan(20)
  const { y } = await session.run(squares(128))
  const [{ data: a }, { data: b }] = Object.values(squares(128)) as [Tensor, Tensor]
  for (const [i, j] of [[0, 0], [5, 127], [127, 3]] as const) {
    let sum = 0
    for (let k = 0; k < 128; k++) sum += Number(a[i * 128 + k]) * Number(b[k * 128 + j])
    expect((y as Tensor).data[i * 128 + j]).toBe(sum)
  }
  await session.close()
})

test('sessions that compute aside do so beside each other', async () => {
  const long = await engine.load(bytes), short = await engine.load(bytes), abort = new AbortController()
  const run = long.run(squares(2048), { signal: abort.signal })
  run.catch(() => undefined)
  await expect(short.run(squares(96))).resolves.toHaveProperty('y')
  abort.abort()
  await expect(run).rejects.toMatchObject({ code: 'ABORTED' })
  await Promise.all([long.close(), short.close()])
})

test('a result made aside is the same, of a part of a buffer too, and so are errors', async () => {
  const aside = new Aside(true), whole = values(50_000), x: Tensor = { type: 'float32', shape: [100, 100], data: whole.subarray(700, 10_700) }
  const host = { outputs: ['y'], opset: 13, run: () => { throw new Error('there is no body') } }, op = opNamed('Hardmax'), attrs = { axis: -1 }
  const [there, here] = [await aside.compute(op, [x], attrs, host, 1 << 20), await op.compute!([x], attrs as never, host)]
  expect(there).toEqual(here)
  expect(whole).toHaveLength(50_000)
  await expect(aside.compute(op, [x], { axis: 7 }, host, 1 << 20)).rejects.toThrow('there is no axis 7 in 2 dimensions')
  await expect(aside.compute(op, [x], attrs, host, 1 << 20, AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' })
  await aside.close()
})
