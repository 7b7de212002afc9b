import { type Machine, type Outcome, values } from './machine.js'

/** Two tiles, the last of them with bytes that fill no line; to the bit. */
export default (on: Machine): Outcome[] => {
  const x = values(75, 1), bytes = 291, chunk = 160, y = on.room(8)
  on.call('checksum', [on.put(x), y, bytes, chunk], 2)
  const raw = new Uint8Array(304)
  raw.set(new Uint8Array(x.buffer, 0, bytes))
  const words = new Uint32Array(raw.buffer), expected: number[] = []
  for (const [from, n] of [[0, chunk], [chunk, bytes - chunk]] as const) for (let lane = 0; lane < 4; lane++) {
    let v = n
    for (let i = from / 4 + lane; i < from / 4 + Math.ceil(n / 16) * 4; i += 4) {
      const s = v + Math.imul(words[i]!, 2246822519) | 0
      v = Math.imul(s << 13 | s >>> 19, 2654435761)
    }
    expected.push(v >>> 0)
  }
  const got = on.read(y, 8), bits = new Uint32Array(got.buffer, got.byteOffset, 8)
  return [{ name: 'checksum', error: expected.filter((v, i) => v !== bits[i]).length, tolerance: 0 }]
}
