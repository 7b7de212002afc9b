/** The networks that are timed: channels and side of the sample, width of the text, arithmetic of one run of batch 1 at that side, and how much of it is attention (which grows with the square of the pixels). */
export interface Network { readonly name: string; /** Whether one engine alone fills the memory. */ readonly large?: true; readonly channels: number; readonly side: number; readonly text?: number; readonly gflop: number; readonly attention?: number }

export const networks: readonly Network[] = [
  { name: 'small', channels: 3, side: 32, gflop: 3.17 },
  { name: 'medium', channels: 3, side: 32, gflop: 12.4 },
  { name: 'quarter-sd', channels: 4, side: 64, text: 192, gflop: 73.9, attention: 31.5 },
  { name: 'sd15', channels: 4, side: 64, text: 768, gflop: 803, large: true },
]

/** Arithmetic of a run. */
export function gflopOf({ gflop, attention = 0, side: usual }: Network, batch: number, side: number): number {
  const pixels = (side / usual) ** 2
  return batch * ((gflop - attention) * pixels + attention * pixels ** 2)
}

export interface Feed { readonly type: 'float32'; readonly shape: readonly number[]; readonly data: Float32Array }

/** Reproducible inputs. */
export function feedsOf(n: Network, batch: number, side = n.side): Record<string, Feed> {
  let state = 0x2545f491
  const tensor = (...shape: number[]): Feed => ({
    type: 'float32', shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
      state ^= state << 13; state ^= state >>> 17; state ^= state << 5
      return (state >>> 0) / 2 ** 31 - 1
    }),
  })
  return {
    sample: tensor(batch, n.channels, side, side),
    timestep: { type: 'float32', shape: [], data: Float32Array.of(500) },
    ...n.text && { encoder_hidden_states: tensor(batch, 77, n.text) },
  }
}
