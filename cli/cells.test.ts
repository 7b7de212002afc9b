import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Sampler } from '../plugins/sdk/index.js'
import euler from '../plugins/samplers/euler.js'
import eulerAncestral from '../plugins/samplers/euler-ancestral.js'
import heun from '../plugins/samplers/heun.js'
import { cellsOf } from '../server/core/compare.js'
import { NoisegraphError } from '../server/core/errors.js'
import type { Order } from '../server/core/order.js'
import { schedules } from '../server/core/schedules/index.js'
import { axisOf } from './axis.js'
import { fillCells, planCells, type Filled } from './cells.js'
import { drawGrid } from './grid.js'
import { silent } from './run.js'
import type { Terminal } from './terminal.js'

const folder = mkdtempSync(join(tmpdir(), 'noisegraph-cells-'))
afterAll(() => rmSync(folder, { recursive: true }))

const samplers = [euler, eulerAncestral, heun] as unknown as Sampler[]
const base: Order = { model: 'm', sampler: null, schedule: null, conditioners: [{ name: 'text', options: { prompt: 'a fox' } }], steps: 20, guidanceScale: 5, width: 8, height: 8, seed: '7', count: 1, device: 'auto', noise: 'torch' }

/** Pictures whose grey is the number of steps. */
function fakeTerminal() {
  const asked: string[] = []
  const terminal = {
    samplers: () => samplers, schedules: () => schedules, plugins: { conditioners: () => [] },
    models: { list: async () => [{ name: 'm', stamp: 'one' }], get: async () => ({ scheduler: { _class_name: 'DDIMScheduler' } }) },
    devices: { report: async () => [{ device: 'cpu', chosen: true }] },
    async order(order: Order) {
      if (order.sampler?.name === 'heun' && order.steps === 1) throw new NoisegraphError('INCOMPATIBLE', 'heun <cannot> make one step.', 'steps')
      return order
    },
    async *generate(order: Order) {
      asked.push(`${order.sampler!.name} ${order.steps}`)
      yield { type: 'started', device: 'cpu', sampler: '', timesteps: [], sigmas: [] }
      await new Promise(resolve => setTimeout(resolve, 2))
      yield { type: 'decoding' }
      return [{ bytes: await sharp({ create: { width: 8, height: 8, channels: 3, background: { r: order.steps, g: order.steps, b: order.steps } } }).png().toBuffer(), mimeType: 'image/png', index: 0, seed: order.seed }]
    },
  } as unknown as Terminal
  return { terminal, asked }
}

async function fillAll(terminal: Terminal, stopAfter = Infinity): Promise<{ filled?: readonly Filled[]; kept: number }> {
  const axes = ['sampler=heun,euler-ancestral', 'steps=1,21'].map(text => axisOf('--rows', text, base, terminal))
  const filling = fillCells(await planCells(cellsOf(base, axes[0]!, axes[1]!), terminal, 51), terminal, folder, new AbortController().signal, silent)
  for (let kept = 0; ;) {
    const next = await filling.next()
    if (next.done) return { filled: next.value, kept }
    kept += Number(next.value.kept)
    if (next.value.done === stopAfter) return { kept }
  }
}

test('a grid: references first, what cannot be says so, and one that was killed goes on where it was', async () => {
  const first = fakeTerminal()
  await fillAll(first.terminal, 3)
  expect(first.asked).toEqual(['heun 51', 'euler-ancestral 51', 'heun 21'])
  // Written in part: it does not count.
  writeFileSync(join(folder, readdirSync(folder).find(f => f.endsWith('.json'))!), '{')
  const { terminal, asked } = fakeTerminal()
  const { filled, kept } = await fillAll(terminal)
  expect(kept).toBe(2)
  expect(asked).toHaveLength(3)
  expect(filled!.map(c => ('problem' in c ? c.problem : Math.round(255 * c.distance)))).toEqual(['heun <cannot> make one step.', 30, 50, 30])
  expect(filled!.every(c => 'problem' in c || c.milliseconds >= 1)).toBe(true)
  expect((await fillAll(fakeTerminal().terminal)).kept).toBe(5)
})

test('axes are read as their options are', () => {
  const { terminal } = fakeTerminal()
  const read = (text: string, order = base) => axisOf('--rows', text, order, terminal)
  expect(read('sampler=EULER, model')).toEqual({ name: 'sampler', values: ['euler', null] })
  expect(read('guidance=1,7.5')).toEqual({ name: 'guidanceScale', values: [1, 7.5] })
  expect(read('prompt=["a fox, red","a cat"]')).toEqual({ name: 'text.prompt', values: ['a fox, red', 'a cat'] })
  const dreamt = { ...base, conditioners: [{ name: 'unclip', options: { prompt: '' } }] }
  expect([read('prompt=a fox', dreamt).name, read('negative=fog').name]).toEqual(['unclip.prompt', 'text.negativePrompt'])
  expect(read('sampler.eta=0,0.5')).toEqual({ name: 'sampler.eta', values: [0, 0.5] })
  expect(read('seed=18446744073709551615')).toEqual({ name: 'seed', values: ['18446744073709551615'] })
  for (const wrong of ['steps', '=5', 'steps=', 'prompt=["a']) expect(() => read(wrong)).toThrow(/--rows/)
  expect(() => read('sampler=eular')).toThrow(/euler/)
})

test('small pictures are enlarged by whole pixels, labels are drawn, and any text can be one', async () => {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#ff0000' } }).png().toBuffer()
  const drawn = await drawGrid({ title: 'a <fox> & "friends" \u0000 \ud800', notes: ['note'], rows: ['row'], columns: ['one', 'two'], tiles: [{ row: 0, column: 0, png, caption: '1 ms' }, { row: 0, column: 1, caption: 'not possible', problem: 'it <cannot> be' }] })
  const { data, info } = await sharp(drawn).raw().toBuffer({ resolveWithObject: true })
  let [red, dark] = [0, 0]
  for (let i = 0; i < data.length; i += info.channels) {
    if (data[i] === 255 && data[i + 1] === 0 && data[i + 2] === 0) red++
    if (data[i]! < 90 && data[i + 1]! < 90 && data[i + 2]! < 90) dark++
  }
  expect([64 ** 2, 192 ** 2, 200 ** 2]).toContain(red)
  expect(dark).toBeGreaterThan(100)
})
