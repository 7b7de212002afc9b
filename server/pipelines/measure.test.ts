import type { Tensor } from '../../plugins/sdk/index.js'
import type { Order } from '../core/order.js'
import type { Plugins } from '../core/services.js'
import { onnxruntime } from '../sessions/onnxruntime.js'
import { apple, memoryJournal, packagePlugins, run, studio } from './fixture.js'
import { createMeasure } from './measure.js'

const { catalog, residency } = studio(onnxruntime('cpu', { threads: 2 }))
const measure = createMeasure({ catalog, residency })
let plugins: Plugins
beforeAll(async () => { plugins = await packagePlugins() })
afterAll(() => residency.close())

const order: Order = { ...apple, measure: { budget: { networkCalls: 3 }, stochastic: false } }

test('the shipped model: measured within the budget, told run by run, and gone on with after a crash without losing a run', async () => {
  const journal = memoryJournal()
  let steps = 0
  await expect(run(measure, order, { plugins, journal }, p => { if (p.type === 'step' && ++steps === 4) throw new Error('killed') })).rejects.toThrow('killed')
  const before = new Map<number, Tensor>(journal.entries)
  expect(before.size).toBe(5)
  const seen: (readonly [number, number | null])[] = []
  const [file] = await run(measure, order, { plugins, journal }, async p => {
    if (p.type !== 'step') return
    seen.push([p.index, p.total])
    if (p.index === 0) expect((await p.preview()).subarray(1, 4)).toEqual(new TextEncoder().encode('PNG'))
  })
  for (const [number, tensor] of before) expect(journal.entries.get(number)).toBe(tensor)
  expect(seen).toEqual(seen.map((_, i) => [i, seen.length]))
  expect(file!.mimeType).toBe('application/json')
  const { device, best, table, networkCalls, refused } = JSON.parse(Buffer.from(file!.bytes).toString())
  expect([device, networkCalls, best]).toEqual(['cpu', 3, table[0]])
  expect(table.length + refused.length).toBe(12)
  for (const row of table) {
    expect(row.networkCalls).toBeLessThanOrEqual(3)
    expect(row.stochastic).toBe(false)
    expect(row.distance).toBeGreaterThan(0)
    expect(row.milliseconds).toBeGreaterThan(0)
  }
}, 60_000)
