import type { Tensor } from '../../../plugins/sdk/index.js'

type Value = (i: number) => number

/**
 * Values that a case's `formula` names, so that its inputs need no files: numbers, nested lists of them, closed(k=, amp=), closed_ids(k=, mod=), abs(),
 * and sums and products of these. `tokens` pads texts to a length with the model's tokenizer.
 */
export function evaluate(formula: string, shape: readonly number[], tokens: (texts: readonly string[], length: number) => readonly number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1)
  const texts = /tokens of (\[.*\])/.exec(formula)?.[1]
  const ids = texts && tokens([...texts.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)].map(m => m[1] ?? m[2] ?? ''), shape.at(-1)!)
  const value: Value = ids ? i => ids[i]! : parse(formula, size)
  return { shape, data: Float32Array.from({ length: size }, (_, i) => value(i)) }
}

/** sum = product (+|- product)*, product = factor (*|/ factor)*, factor = -factor | (sum) | number | list | name(...). */
function parse(formula: string, size: number): Value {
  const words = formula.match(/[A-Za-z_]+|[\d.]+(?:[eE][-+]?\d+)?|[-+*/()[\],=]/g) ?? []
  let at = 0
  const fail = (): never => { throw new RangeError(`The formula "${formula}" cannot be read at "${words.slice(at).join(' ')}".`) }
  const expect = (word: string) => { if (words[at++] !== word) { at--; fail() } }
  const sum = (): Value => {
    let left = product()
    while (words[at] === '+' || words[at] === '-') { const [sign, a, b] = [words[at++] === '+' ? 1 : -1, left, product()]; left = i => a(i) + sign * b(i) }
    return left
  }
  const product = (): Value => {
    let left = factor()
    while (words[at] === '*' || words[at] === '/') { const [times, a, b] = [words[at++] === '*', left, factor()]; left = i => (times ? a(i) * b(i) : a(i) / b(i)) }
    return left
  }
  const factor = (): Value => {
    const word = words[at] ?? fail()
    if (word === '-') { at++; const inner = factor(); return i => -inner(i) }
    if (word === '(') { at++; const inner = sum(); expect(')'); return inner }
    if (word === '[') return list()
    if (/^[\d.]/.test(word)) { at++; const number = Number(word); return () => number }
    at++
    expect('(')
    if (word === 'abs') { const inner = sum(); expect(')'); return i => Math.abs(inner(i)) }
    const given = named()
    if (word === 'closed') { const { k = 0, amp = 1 } = given; return i => Math.fround(amp * Math.sin(0.37 * i + 1.3 * k + 0.5) * Math.cos(0.0113 * i + k)) }
    if (word === 'closed_ids') { const { k = 0, mod = 49406 } = given; return i => (7919 * i + 104729 * (k + 1)) % mod }
    return fail()
  }
  const named = (): Partial<Record<string, number>> => {
    const out: Record<string, number> = {}
    for (const key = () => (words[at + 1] === '=' ? words[(at += 2) - 2]! : 'k'); words[at] !== ')';) { out[key()] = factor()(0); if (words[at] === ',') at++ }
    expect(')')
    return out
  }
  const list = (): Value => {
    const flat: number[] = []
    for (let depth = 0; ;) {
      const word = words[at] ?? fail()
      if (word === '[') { depth++; at++ } else if (word === ']') { at++; if (--depth === 0) break } else if (word === ',') at++
      else flat.push(factor()(0))
    }
    if (flat.length !== size && flat.length !== 1) throw new RangeError(`"${formula}" gives ${flat.length} values where ${size} are needed.`)
    return i => flat[flat.length === 1 ? 0 : i]!
  }
  const whole = sum()
  return at === words.length ? whole : fail()
}
