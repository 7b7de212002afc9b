import { conditioner, mix, number, withClean, type Denoiser, type Level, type Prediction, type Tensor } from 'noisegraph/sdk'

const channel = (name: string, preset: number) => number(`${name} of the colour.`, { default: preset, min: 0, max: 1 })

export default conditioner({
  name: 'colour',
  summary: 'Pulls the whole picture towards a colour, most where there is most noise, so that its composition follows.',
  options: {
    red: channel('Red', 1),
    green: channel('Green', 0.5),
    blue: channel('Blue', 0),
    amount: number('How hard it pulls: 0 not at all, 1 paints the colour over everything that is still noise.', { default: 0.3, min: 0, max: 1 }),
  },
  async condition(site, { red, green, blue, amount }) {
    const colour = await site.encode(flat([red, green, blue], site.width, site.height))
    const pull = (prediction: Prediction, x: Tensor, at: Level) => {
      const weight = amount * (at.sigma / Math.hypot(at.alpha, at.sigma)) ** 2
      return withClean(prediction, mix([1 - weight, prediction.clean], [weight, colour]), x, at)
    }
    return {
      wrap: ({ denoise, read }: Denoiser): Denoiser => ({
        denoise: async (x, at) => pull(await denoise(x, at), x, at),
        read: (output, x, at) => pull(read(output, x, at), x, at),
      }),
    }
  },
})

/** A picture of one colour: [1, 3, height, width], from -1 to 1. */
function flat(colour: readonly number[], width: number, height: number): Tensor {
  const pixels = width * height
  return { shape: [1, 3, height, width], data: Float32Array.from({ length: 3 * pixels }, (_, i) => 2 * colour[Math.floor(i / pixels)]! - 1) }
}
