import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPieces } from './sentencepiece.js'

type Named = (key: string) => string | undefined

/** What tokenizer.json would hold, from whichever older files a folder has. */
export function definitionFromFiles(folder: string, named: Named): object {
  if (existsSync(join(folder, 'spiece.model'))) return unigramTokenizer(folder, named)
  if (existsSync(join(folder, 'vocab.txt'))) return wordPieceTokenizer(folder, named)
  return clipTokenizer(folder, named)
}

const special = (id: number, content: string, normalized = false) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized, special: true })

/** T5's SentencePiece model (Kudo & Richardson 2018): a unigram language model over text whose spaces are "\u2581"; `</s>` at the end. */
function unigramTokenizer(folder: string, named: Named): object {
  const { pieces, unknown, charsMap } = readPieces(readFileSync(join(folder, 'spiece.model')))
  const last = named('eos_token') ?? '</s>'
  const id = (token: string) => pieces.findIndex(([piece]) => piece === token)
  const controls = [...new Set([named('pad_token') ?? '<pad>', last, named('unk_token') ?? '<unk>'])].filter(t => id(t) >= 0)
  return {
    version: '1.0', truncation: null, padding: null, added_tokens: controls.map(t => special(id(t), t)),
    normalizer: charsMap.length ? { type: 'Precompiled', precompiled_charsmap: charsMap.toString('base64') } : null,
    pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, { type: 'Metaspace', replacement: '\u2581', add_prefix_space: true, prepend_scheme: 'always' }] },
    post_processor: { type: 'TemplateProcessing', single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: last, type_id: 0 } }], pair: [], special_tokens: { [last]: { id: last, ids: [id(last)], tokens: [last] } } },
    decoder: { type: 'Metaspace', replacement: '\u2581', add_prefix_space: true, prepend_scheme: 'always' },
    model: { type: 'Unigram', unk_id: unknown, vocab: pieces, byte_fallback: false },
  }
}

/** BERT's vocab.txt: the longest known beginning of each word, then of what is left, marked "##". */
function wordPieceTokenizer(folder: string, named: Named): object {
  const words = readFileSync(join(folder, 'vocab.txt'), 'utf8').split(/\r?\n/).filter(Boolean)
  const vocab = Object.fromEntries(words.map((w, i) => [w, i]))
  const [first, last, unknown] = [named('cls_token') ?? '[CLS]', named('sep_token') ?? '[SEP]', named('unk_token') ?? '[UNK]']
  const tokens = [named('pad_token') ?? '[PAD]', unknown, first, last].filter(t => t in vocab)
  const at = (token: string) => ({ SpecialToken: { id: token, type_id: 0 } })
  return {
    version: '1.0', truncation: null, padding: null, added_tokens: tokens.map(t => special(vocab[t]!, t)),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'TemplateProcessing', single: [at(first), { Sequence: { id: 'A', type_id: 0 } }, at(last)], pair: [], special_tokens: Object.fromEntries([first, last].map(t => [t, { id: t, ids: [vocab[t]], tokens: [t] }])) },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: unknown, continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab },
  }
}

/**
 * The definition that tokenizer.json would hold, from CLIP's vocab.json and merges.txt:
 * byte-level BPE with `</w>` at the end of words, over lower-cased text in which runs of white space are one space.
 */
function clipTokenizer(folder: string, named: Named): object {
  const vocab = JSON.parse(readFileSync(join(folder, 'vocab.json'), 'utf8')) as Record<string, number>
  const merges = readFileSync(join(folder, 'merges.txt'), 'utf8').split('\n').map(l => l.trimEnd()).filter(l => l && !l.startsWith('#version')).map(l => l.split(' '))
  const [first, last] = [named('bos_token') ?? '<|startoftext|>', named('eos_token') ?? '<|endoftext|>']
  const id = (token: string) => {
    const found = vocab[token]
    if (found === undefined) throw new RangeError(`vocab.json lacks ${token}.`)
    return found
  }
  return {
    version: '1.0', truncation: null, padding: null,
    added_tokens: [special(id(first), first, true), special(id(last), last)],
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
