import { stripVTControlCharacters } from 'node:util'
import { cells, progressView } from './progress.js'

const preview = () => Promise.resolve(new Uint8Array())
const step = (index: number, total: number | null) => ({ type: 'step', index, total, networkCalls: index + 1, timestep: 1, sigma: 1, preview }) as const
const started = { type: 'started', device: 'cpu', sampler: 'euler', timesteps: Array.from({ length: 20 }, () => 0), sigmas: [] } as const

function shown(isTTY: boolean, columns = 100) {
  let text = ''
  let time = 0
  const stream = { isTTY, columns, write: (chunk: string) => { text += chunk; return true } } as unknown as NodeJS.WriteStream
  const view = progressView(stream, () => (time += 500))
  return { view, lines: () => stripVTControlCharacters(text).split(/[\r\n]+/).filter(Boolean), raw: () => text }
}

test('a bar is exact to an eighth of a cell', () => {
  expect(cells(0, 4)).toBe('░░░░')
  expect(cells(0.5, 4)).toBe('██░░')
  expect(cells(5 / 32, 4)).toBe('▋░░░')
  expect(cells(1, 4)).toBe('████')
  expect(cells(7, 4)).toBe('████')
})

test('on a terminal: percent, steps, speed, time left, sampler and device on one line that is cleared in the end', () => {
  const { view, lines, raw } = shown(true)
  view.show(started)
  for (let i = 0; i < 5; i++) view.show(step(i, 20))
  expect(lines().at(-1)).toMatch(/^██████░+ +25% {2}5\/20 {2}\d+\.\d it\/s {2}0:\d\d left {2}euler on cpu$/)
  view.done()
  expect(raw().endsWith('\u001b[2K\u001b[?25h')).toBe(true)
})

test('no line is wider than the terminal', () => {
  const { view, lines } = shown(true, 40)
  view.show(started)
  for (let i = 0; i < 5; i++) view.show(step(i, 20))
  for (const line of lines()) expect(line.length).toBeLessThan(40)
})

test('an adaptive sampler has no percent and no time left', () => {
  const { view, lines } = shown(true)
  view.show(started)
  view.show(step(0, null))
  view.show(step(1, null))
  expect(lines().at(-1)).toMatch(/ step 2 {2}\d/)
  expect(lines().at(-1)).not.toMatch(/%|left/)
})

test('elsewhere: plain lines, about ten of them, the last step among them', () => {
  const { view, lines, raw } = shown(false)
  view.show(started)
  for (let i = 0; i < 1000; i++) view.show(step(i, 1000))
  view.done()
  expect(lines()[0]).toBe('euler on cpu, 20 steps')
  expect(lines().at(-1)).toMatch(/^step 1000\/1000/)
  expect(lines().length).toBeLessThan(14)
  expect(raw()).not.toContain('\u001b')
})
