"""A T5 vocabulary as SentencePiece writes it (spiece.model alone) and as tokenizer.json, with what transformers' tokenizer makes of some texts.

    python t5_vocabulary.py golden/tokenizers
"""
import json, struct, sys
from pathlib import Path
from transformers import T5Tokenizer
from kit import WORDS

def varint(n): return bytes([n & 127 | 128]) + varint(n >> 7) if n > 127 else bytes([n])
def block(field, body): return varint(field * 8 + 2) + varint(len(body)) + body
def number(field, n): return varint(field * 8) + varint(n)

# Kinds: 1 a piece, 2 the unknown one, 3 a control token.
pieces = [('<pad>', 0.0, 3), ('</s>', 0.0, 3), ('<unk>', 0.0, 2), ('\u2581', -2.0, 1), *[('\u2581' + w, -4.0 - i / 50, 1) for i, w in enumerate(WORDS)],
          *[(chr(c), -8.0 - c / 500, 1) for c in range(33, 127)], ('ing', -5.0, 1), ('\u00e9', -9.0, 1)]
model = b''.join(block(1, block(1, p.encode()) + varint(2 * 8 + 5) + struct.pack('<f', s) + number(3, kind)) for p, s, kind in pieces)
model += block(2, number(3, 1) + number(40, 2) + number(41, 2 ** 64 - 1) + number(42, 1) + number(43, 0)) + block(3, block(1, b'identity') + number(3, 1) + number(4, 1) + number(5, 1))
config = dict(tokenizer_class='T5Tokenizer', extra_ids=0, model_max_length=512, eos_token='</s>', unk_token='<unk>', pad_token='<pad>')

root = Path(sys.argv[1])
(root / 't5-pieces').mkdir(parents=True, exist_ok=True)
(root / 't5-pieces/spiece.model').write_bytes(model)
(root / 't5-pieces/tokenizer_config.json').write_text(json.dumps(config, indent=1) + '\n')
tokenizer = T5Tokenizer.from_pretrained(root / 't5-pieces')
tokenizer.save_pretrained(root / 't5')
texts = ['a photo of a cat', '', '  two   spaces ', 'The CAT!', 'painting\tof a\nhouse', 'x</s>y', '\u65e5\u672c a cat', 'caf\u00e9 \ufb01ne \u2460', '<pad> a dog', 'a  b', '\u2581a cat', ' ', '1234 (photo)',
         'going night', '<unk> cat', '\uff21\uff22 width', 'a' * 40, 'cat,dog.house', '\u00a0a cat\u3000dog', '\U0001f469\u200d\U0001f467 cat']
(root / 't5.json').write_text(json.dumps([{'text': t, 'ids': tokenizer(t).input_ids} for t in texts], indent=0) + '\n')
