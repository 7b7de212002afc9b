import type { Tensor } from '../../../plugins/sdk/index.js'

/** Values that a case's `formula` names, so that its inputs need no files. `tokens` pads texts to a length with the model's tokenizer. */
export function evaluate(formula: string, shape: readonly number[], tokens: (texts: readonly string[], length: number) => readonly number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1)
  const fill = (f: (i: number) => number): Tensor => ({ shape, data: Float32Array.from({ length: size }, (_, i) => f(i)) })
  const number = (key: string, otherwise: number) => Number(new RegExp(`${key}\\s*=\\s*([-\\d.e]+)`).exec(formula)?.[1] ?? otherwise)
  if (formula.startsWith('closed_ids')) { const k = number('k', 0); return fill(i => (7919 * i + 104729 * (k + 1)) % number('mod', 49406)) }
  if (formula.startsWith('closed')) { const [k, amp] = [number('k', 0), number('amp', 1)]; return fill(i => amp * Math.sin(0.37 * i + 1.3 * k + 0.5) * Math.cos(0.0113 * i + k)) }
  const texts = /tokens of (\[.*\])/.exec(formula)?.[1]
  if (texts) {
    const ids = tokens([...texts.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)].map(m => m[1] ?? m[2] ?? ''), shape.at(-1)!)
    return fill(i => ids[i]!)
  }
  const given: unknown = JSON.parse(formula)
  const flat = (Array.isArray(given) ? given.flat(Infinity) : [given]).map(Number)
  if (flat.length !== size && flat.length !== 1) throw new RangeError(`"${formula}" gives ${flat.length} values for the shape [${shape.join(', ')}].`)
  return fill(i => flat[flat.length === 1 ? 0 : i]!)
}
