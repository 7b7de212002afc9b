/** A SentencePiece model file (sentencepiece_model.proto): its pieces with their scores, the unknown one, and the table that its normaliser uses. */
export interface Pieces { readonly pieces: readonly (readonly [piece: string, score: number])[]; readonly unknown: number; readonly charsMap: Buffer }

export function readPieces(file: Buffer): Pieces {
  const pieces: [string, number][] = []
  let unknown = 0
  let charsMap = Buffer.alloc(0)
  for (const [field, bytes] of fields(file)) {
    if (field === 1) {
      let [text, score, type] = ['', 0, 1]
      for (const [key, value] of fields(bytes as Buffer)) {
        if (key === 1) text = (value as Buffer).toString('utf8')
        if (key === 2) score = (value as Buffer).readFloatLE()
        if (key === 3) type = value as number
      }
      // Type 2 is the unknown piece.
      if (type === 2) unknown = pieces.length
      pieces.push([text, score])
    }
    if (field === 3) for (const [key, value] of fields(bytes as Buffer)) if (key === 2) charsMap = Buffer.from(value as Buffer)
  }
  if (!pieces.length) throw new RangeError('spiece.model holds no pieces.')
  return { pieces, unknown, charsMap }
}

/** Fields of a protobuf message: numbers of varints, bytes of everything else. */
function* fields(bytes: Buffer): Generator<readonly [field: number, value: number | Buffer]> {
  let at = 0
  const varint = () => {
    let value = 0
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++]
      if (byte === undefined) throw new RangeError('spiece.model ends too early.')
      value += (byte & 127) * shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    const [field, wire] = [Math.floor(tag / 8), tag % 8]
    if (wire === 0) { yield [field, varint()]; continue }
    const length = wire === 2 ? varint() : wire === 5 ? 4 : wire === 1 ? 8 : NaN
    if (!(at + length <= bytes.length)) throw new RangeError('spiece.model is damaged.')
    yield [field, bytes.subarray(at, at += length)]
  }
}
