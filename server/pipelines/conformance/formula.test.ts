import { evaluate } from './formula.js'

const none = () => []
const data = (formula: string, shape: readonly number[]) => [...evaluate(formula, shape, none).data]

test('the forms that cases use', () => {
  const closed = (i: number, k: number, amp = 1) => Math.fround(amp * Math.sin(0.37 * i + 1.3 * k + 0.5) * Math.cos(0.0113 * i + k))
  expect(data('closed(k=3)', [2, 2])).toEqual([0, 1, 2, 3].map(i => closed(i, 3)))
  expect(data('closed(k=2,amp=2)', [2])).toEqual([closed(0, 2, 2), closed(1, 2, 2)])
  expect(data('0.5 + 0.5*closed(k=1)', [2])).toEqual([0, 1].map(i => Math.fround(0.5 + 0.5 * closed(i, 1))))
  expect(data('closed_ids(k=0)', [3])).toEqual([0, 1, 2].map(i => (7919 * i + 104729) % 49406))
  expect(data('999', [])).toEqual([999])
  expect(data('[981]', [2])).toEqual([981, 981])
  expect(data('[[64, 64, 0], [-1, 2.5, 1e2]]', [2, 3])).toEqual([64, 64, 0, -1, 2.5, 100])
  expect(data('-abs(closed(k=0)) / 2', [1])).toEqual([Math.fround(-Math.abs(closed(0, 0)) / 2)])
})

test('texts go to the tokenizer', () => {
  const asked: unknown[] = []
  evaluate("CLIP tokens of ['a photo of a cat',''] padded to 77", [2, 77], (texts, length) => { asked.push(texts, length); return Array<number>(154).fill(0) })
  expect(asked).toEqual([['a photo of a cat', ''], 77])
})

test.each(['', 'open(k=1)', 'closed(k=1', '[1, 2]', '1 +'])('"%s" is refused', formula => {
  expect(() => data(formula, [3])).toThrow(RangeError)
})
