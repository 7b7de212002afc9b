import { cellsOf, compare } from './compare.js'
import type { Order } from './order.js'

const base: Order = {
  model: 'm', sampler: null, schedule: null, conditioners: [{ name: 'text', options: { prompt: 'a fox' } }], steps: 20, guidanceScale: 5, width: 64, height: 64,
  seed: '7', count: 1, device: 'auto', noise: 'torch',
}

test('a cell for each pair, each a whole order', () => {
  const cells = cellsOf(base, { name: 'sampler', values: ['euler', 'heun'] }, { name: 'steps', values: [4, 8, 16] })
  expect(cells.map(c => [c.order.sampler!.name, c.order.steps])).toEqual([['euler', 4], ['euler', 8], ['euler', 16], ['heun', 4], ['heun', 8], ['heun', 16]])
  expect(cells[4]!.labels).toEqual(['sampler heun', 'steps 8'])
  expect(new Set(cells.map(c => c.key)).size).toBe(6)
})

test('a plugin is named before its option is set, whichever is the row', () => {
  const [a, b] = [['sampler', 'sampler.eta'], ['sampler.eta', 'sampler']].map(([r, c]) => {
    const values = (n: string) => (n === 'sampler' ? ['ddim'] : [0.5])
    return cellsOf(base, { name: r!, values: values(r!) }, { name: c!, values: values(c!) })[0]!.order.sampler
  })
  expect(a).toEqual({ name: 'ddim', options: { eta: 0.5 } })
  expect(b).toEqual(a)
  expect(cellsOf(base, { name: 'text.prompt', values: ['a cat'] }, { name: 'seed', values: [1] })[0]!.order.conditioners[0]!.options).toEqual({ prompt: 'a cat' })
})

test('an interrupted grid goes on where it was', async () => {
  const cells = cellsOf(base, { name: 'seed', values: ['1', '2'] }, { name: 'steps', values: [1, 2] })
  const store = new Map<string, number>()
  let made = 0
  const with_ = { make: () => Promise.resolve(++made), kept: (k: string) => Promise.resolve(store.get(k)), keep: (k: string, v: number) => { store.set(k, v); return Promise.resolve() } }
  for await (const { value } of compare(cells, with_)) if (value === 3) break
  const rest = []
  for await (const r of compare(cells, with_)) rest.push(r.kept)
  expect(rest).toEqual([true, true, true, false])
  expect(made).toBe(4)
})

test('axes that the order does not have are refused', () => {
  for (const axis of [{ name: 'colour', values: [1] }, { name: 'sampler.eta', values: [1] }, { name: 'steps', values: ['many'] }, { name: 'steps', values: [] }])
    expect(() => cellsOf(base, axis, { name: 'seed', values: ['1'] })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
})
