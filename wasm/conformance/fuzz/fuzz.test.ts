import { Fuzzer, type Outcome } from './fuzz.js'
import { mutated } from './mutate.js'
import { readSeeds } from './seeds.js'
import { parse, write } from './tree.js'

test('two thousand damaged copies of real files end with a result or an EngineError', async () => {
  const fuzzer = await Fuzzer.start(await readSeeds(3), 20260), outcomes: Outcome[] = []
  for (let i = 0; i < 2000; i++) outcomes.push(await fuzzer.run(i))
  await fuzzer.close()
  expect(outcomes.filter(o => o.fault)).toEqual([])
  // The mutations are worth something: many files get past the reader, and many do not.
  const ran = outcomes.filter(o => o.end === 'ran').length
  expect(ran).toBeGreaterThan(200)
  expect(outcomes.length - ran).toBeGreaterThan(500)
})

/** By seed and index: results larger than planned, plans that never got on, windows and samples without bound, errors of JavaScript. */
test('copies that were answered wrongly once are answered', async () => {
  const seeds = await readSeeds()
  for (const [seed, index] of [[1, 120], [1, 288], [1, 370], [1, 1190], [1, 1452], [2, 1606], [2, 1993], [3, 143], [3, 1609], [3, 3703]] as const) {
    const fuzzer = await Fuzzer.start(seeds, seed)
    expect(await fuzzer.run(index)).not.toHaveProperty('fault')
    await fuzzer.close()
  }
})

test('a case is its seed and its index', async () => {
  const seeds = await readSeeds(50), twice = [0, 0].map(() => mutated(seeds, 3, 17))
  expect(twice[0]!.bytes).toEqual(twice[1]!.bytes)
  for (const s of seeds) expect(write(parse(s.bytes))).toEqual(s.bytes)
})
