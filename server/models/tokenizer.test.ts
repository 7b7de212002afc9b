import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readTokenizer } from './tokenizer.js'

const folder = fileURLToPath(new URL('../../../models/emoji64/tokenizer', import.meta.url))

test('padding, cutting, and the ends', () => {
  const tokenizer = readTokenizer(folder)
  const [first, last] = [2312, 2313]
  expect(tokenizer.length).toBe(32)
  expect(tokenizer.ids('')).toEqual([first, last])
  const padded = tokenizer.padded('a red apple')
  expect(padded).toHaveLength(32)
  expect(padded.at(-1)).toBe(last)
  const cut = tokenizer.padded('apple '.repeat(100))
  expect(cut).toHaveLength(32)
  expect([cut[0], cut.at(-1)]).toEqual([first, last])
})

test('the same from vocab.json and merges.txt as from tokenizer.json', () => {
  const old = mkdtempSync(join(tmpdir(), 'noisegraph-tokenizer-'))
  cpSync(folder, old, { recursive: true, filter: from => !from.endsWith('tokenizer.json') })
  const [now, before] = [readTokenizer(folder), readTokenizer(old)]
  for (const text of ['a red apple on a blue background', '  Two\tCATS,  in space!! ', 'ΣΑΣ σας', '<|ENDOFTEXT|>', 'café', '日本 🍎 12.5', "it's"]) expect(before.ids(text)).toEqual(now.ids(text))
  rmSync(old, { recursive: true })
})

test('lower case goes letter by letter, and makes no special tokens', () => {
  const { ids } = readTokenizer(folder)
  expect(ids('ΣΑΣ')).toEqual(ids('σασ'))
  expect(ids('<|ENDOFTEXT|>').filter(id => id === 2313)).toEqual([2313])
  expect(ids('<|endoftext|>')).toEqual([2312, 2313, 2313])
})

test('a folder without the files says so', () => {
  expect(() => readTokenizer(tmpdir())).toThrow(/tokenizer in .* cannot be read/)
})

test('a SentencePiece model: the likeliest pieces, the end, padding', () => {
  const old = mkdtempSync(join(tmpdir(), 'noisegraph-spiece-'))
  const score = (v: number) => { const b = Buffer.alloc(5); b[0] = (2 << 3) | 5; b.writeFloatLE(v, 1); return [...b] }
  const piece = (text: string, weight: number, type: number) => { const body = [10, Buffer.byteLength(text), ...Buffer.from(text), ...score(weight), (3 << 3), type]; return [10, body.length, ...body] }
  const pieces = [['<pad>', 0, 3], ['</s>', 0, 3], ['<unk>', 0, 2], ['\u2581red', -1, 1], ['\u2581ap', -2, 1], ['ple', -2, 1], ['\u2581apple', -3, 1], ['\u2581', -4, 1]] as const
  writeFileSync(join(old, 'spiece.model'), Uint8Array.from(pieces.flatMap(([text, weight, type]) => piece(text, weight, type))))
  writeFileSync(join(old, 'tokenizer_config.json'), '{"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>", "model_max_length": 512}')
  const tokenizer = readTokenizer(old)
  expect(tokenizer.ids('red  apple')).toEqual([3, 6, 1])
  expect(tokenizer.padded('red', 5)).toEqual([3, 1, 0, 0, 0])
  expect(tokenizer.padded('red apple red apple', 3)).toEqual([3, 6, 1])
  rmSync(old, { recursive: true })
})

test.each(['t5', 't5-pieces'])('%s: the ids of the reference, from tokenizer.json and from spiece.model alone', name => {
  const golden = fileURLToPath(new URL('../../../golden/tokenizers/', import.meta.url))
  const { ids } = readTokenizer(join(golden, name))
  for (const want of JSON.parse(readFileSync(join(golden, 't5.json'), 'utf8')) as { text: string; ids: number[] }[]) expect({ text: want.text, ids: ids(want.text) }).toEqual(want)
})

test('a WordPiece vocabulary: longest beginnings, the ends', () => {
  const old = mkdtempSync(join(tmpdir(), 'noisegraph-wordpiece-'))
  writeFileSync(join(old, 'vocab.txt'), '[PAD]\n[UNK]\n[CLS]\n[SEP]\nred\napp\n##le\n##les\n')
  const { ids } = readTokenizer(old)
  expect(ids('Red APPLES')).toEqual([2, 4, 5, 7, 3])
  expect(ids('xyz')).toEqual([2, 1, 3])
  rmSync(old, { recursive: true })
})
