import { u32, type Launch } from '../ops/op.js'
import { type Memory } from './memory.js'

const chunk = 1 << 20

/** Room for a checksum of so many bytes. */
export const checksumBytes = (bytes: number): number => Math.max(1, Math.ceil(bytes / chunk)) * 16
export const checksumLaunch = (at: number, bytes: number, to: number): Launch => ({ kernel: 'checksum', args: [u32(at), u32(to), u32(bytes), u32(chunk)], tiles: Math.ceil(bytes / chunk), grain: 1 })

/** The checksum that a launch left, as 32 digits; its parts put together by FNV-1a, one for each lane. */
export function checksumAt(memory: Memory, to: number, bytes: number): string {
  const words = new Uint32Array(memory.buffer, to, checksumBytes(bytes) / 4), h = [0x811c9dc5, 0x811c9dc5, 0x811c9dc5, bytes >>> 0]
  for (let i = 0; i < Math.ceil(bytes / chunk) * 4; i++) h[i & 3] = Math.imul(h[i & 3]! ^ words[i]!, 0x01000193) >>> 0
  return h.map(x => x.toString(16).padStart(8, '0')).join('')
}
