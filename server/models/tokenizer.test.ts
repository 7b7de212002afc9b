import { cpSync, mkdtempSync, rmSync } from 'node:fs'
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
