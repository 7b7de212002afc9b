import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The definition that tokenizer.json would hold, from CLIP's vocab.json and merges.txt:
 * byte-level BPE with `</w>` at the end of words, over lower-cased text in which runs of white space are one space.
 */
export function clipTokenizer(folder: string, named: (key: string) => string | undefined): object {
  const vocab = JSON.parse(readFileSync(join(folder, 'vocab.json'), 'utf8')) as Record<string, number>
  const merges = readFileSync(join(folder, 'merges.txt'), 'utf8').split('\n').map(l => l.trimEnd()).filter(l => l && !l.startsWith('#version')).map(l => l.split(' '))
  const [first, last] = [named('bos_token') ?? '<|startoftext|>', named('eos_token') ?? '<|endoftext|>']
  const id = (token: string) => {
    const found = vocab[token]
    if (found === undefined) throw new RangeError(`vocab.json lacks ${token}.`)
    return found
  }
  const added = (content: string, normalized: boolean) => ({ id: id(content), content, single_word: false, lstrip: false, rstrip: false, normalized, special: true })
  return {
    version: '1.0', truncation: null, padding: null,
    added_tokens: [added(first, true), added(last, false)],
    normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' }, { type: 'Lowercase' }] },
    pre_tokenizer: {
      type: 'Sequence', pretokenizers: [
        { type: 'Split', pattern: { Regex: "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: { type: 'RobertaProcessing', sep: [last, id(last)], cls: [first, id(first)], trim_offsets: false, add_prefix_space: false },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE', dropout: null, unk_token: named('unk_token') ?? last, continuing_subword_prefix: '', end_of_word_suffix: '</w>',
      fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab, merges,
    },
  }
}
