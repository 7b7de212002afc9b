import type { Part } from './folder.js'

/** What is wrong with parts that cannot belong together: a text encoder of another width than the denoiser reads, an autoencoder with other channels. Only what both sides say is compared. */
export function familyProblems(parts: ReadonlyMap<string, Part>): readonly string[] {
  const denoiser = parts.get('unet') ?? parts.get('transformer')
  if (!denoiser) return []
  const problems: string[] = []
  const input = (name: string) => denoiser.header.inputs.find(i => i.name === name)
  const encoders = [...parts.values()].filter(p => p.name.startsWith('text_encoder'))
  const widths = encoders.map(widthOf)
  const need = number(input('encoder_hidden_states')?.shape[2]) ?? number(denoiser.config.cross_attention_dim)
  // SD3 widens its states; SDXL lays its encoders side by side; the others have one.
  if (need !== undefined && encoders.length && !input('pooled_projections') && widths.every(w => w !== undefined)) {
    const have = input('text_embeds') ? widths.reduce((a, b) => a + b, 0) : widths[0]!
    if (have !== need) problems.push(`${denoiser.name} reads text of ${need} features and ${encoders.map(e => e.name).join(' and ')} give${encoders.length === 1 ? 's' : ''} ${have}: they belong to different models`)
  }
  const sample = denoiser.header.inputs.find(i => i.shape.length >= 4)
  const [channels, latents] = [number(sample?.shape[1]), number(parts.get('vae_decoder')?.header.inputs[0]?.shape[1])]
  // Beside the latents: a masked picture and its mask, a picture, a small picture in colour.
  if (channels !== undefined && latents !== undefined && ![latents, 2 * latents + 1, 2 * latents, latents + 3].includes(channels))
    problems.push(`${denoiser.name} takes ${channels} channels and vae_decoder decodes ${latents}: they belong to different models`)
  return problems
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

const widthOf = ({ header, config }: Part): number | undefined =>
  number(header.outputs.find(o => o.name === 'last_hidden_state')?.shape[2]) ?? number(config.hidden_size) ?? number(config.d_model)
