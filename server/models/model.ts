import type { PromptEncoder } from '../../plugins/sdk/index.js'
import type { Device, Session, SessionProvider } from '../sessions/session.js'
import { autoencoder, type Autoencoder } from './autoencoder.js'
import { factsOf, type ModelFacts } from './facts.js'
import { fitBatch } from './fit-batch.js'
import type { ModelFolder } from './folder.js'
import { denoisingNetwork, type Network } from './network.js'
import { promptsOf } from './prompts.js'
import { textEncoder, type TextEncoder } from './text-encoder.js'
import { readAhead } from './read-ahead.js'
import { readTokenizer } from './tokenizer.js'
import { windowed } from './windows.js'

/** A model on a device, ready to run. */
export interface Model {
  readonly folder: ModelFolder
  readonly facts: ModelFacts
  readonly device: Device
  readonly network: Network
  readonly prompts?: PromptEncoder
  readonly autoencoder?: Autoencoder
  /** Further networks, opened when first asked for. */
  session(part: string): Promise<Session>
  /** Of the weights of all networks that are open. */
  openBytes(): number
  close(): Promise<void>
}

/** A part that is being loaded; `bytes` of the `totalBytes` of all parts are loaded already. */
export interface Loading { readonly type: 'loading'; readonly part: string; readonly bytes: number; readonly totalBytes: number }

/** Opens what every generation needs: text encoders, denoiser, decoder. The encoder of pictures is opened by the first picture. */
export async function* openModel(folder: ModelFolder, provider: SessionProvider): AsyncGenerator<Loading, Model> {
  const facts = factsOf(folder)
  const sessions = new Map<string, Promise<Session>>()
  const session = (name: string): Promise<Session> => {
    const part = folder.parts.get(name)
    if (!part) return Promise.reject(new RangeError(`${folder.name} has no ${name}.`))
    const known = sessions.get(name) ?? provider.open(part.file).then(fitBatch)
    sessions.set(name, known)
    // What could not be opened may be opened another time, and needs no closing.
    known.catch(() => sessions.delete(name))
    return known
  }
  const close = async () => {
    for (const opened of await Promise.allSettled(sessions.values())) if (opened.status === 'fulfilled') await opened.value.close()
  }
  const encoderNames = facts.takesText ? [...folder.parts.keys()].filter(p => p.startsWith('text_encoder')).sort() : []
  const needed = [...encoderNames, facts.denoiser.name, ...['vae_decoder', 'vocoder'].filter(p => folder.parts.has(p))]
  const totalBytes = needed.reduce((sum, p) => sum + folder.parts.get(p)!.bytes, 0)
  let bytes = 0
  let ready = false
  try {
    for (const part of needed) {
      const { file, bytes: size } = folder.parts.get(part)!
      yield { type: 'loading', part, bytes, totalBytes }
      for await (const read of readAhead(file, size)) yield { type: 'loading', part, bytes: bytes + read, totalBytes }
      await session(part)
      bytes += size
    }
    yield { type: 'loading', part: needed.at(-1)!, bytes, totalBytes }
    const encoders = new Map<string, TextEncoder>()
    for (const name of encoderNames) {
      const { config, file } = folder.parts.get(name)!
      const limit = config.max_position_embeddings
      // AudioLDM and DeepFloyd IF mask their padding without saying so.
      const masked = config.use_attention_mask === true || facts.sound !== undefined || folder.pipeline.startsWith('IF') || facts.denoiser.header.inputs.some(i => i.name === 'encoder_attention_mask')
      const tokens = folder.tokenizers.get(name.replace('text_encoder', 'tokenizer')) ?? [...folder.tokenizers.values()][0]!
      encoders.set(name, textEncoder(await session(name), readTokenizer(tokens, { maxLength: typeof limit === 'number' ? limit : undefined }), file, { masked }))
    }
    // Networks with three-dimensional blocks repeat their text themselves.
    const network = windowed(denoisingNetwork(await session(facts.denoiser.name), facts.denoiser.className !== 'UNet3DConditionModel'), facts.window)
    const vae = folder.parts.get('vae_decoder')
    ready = true
    return {
      folder, facts, device: provider.device, network, session, close,
      openBytes: () => [...sessions.keys()].reduce((sum, name) => sum + folder.parts.get(name)!.bytes, 0),
      ...(encoders.size && { prompts: promptsOf({ encoders, inputs: network.inputs, packed: network.packed, ...promptFacts(folder, facts) }) }),
      ...(vae && { autoencoder: autoencoder(vae.config, folder.parts.has('vae_encoder') ? () => session('vae_encoder') : undefined, () => session('vae_decoder')) }),
    }
  } finally {
    // Failed, or stopped by whoever asked for it.
    if (!ready) await close()
  }
}

/** Published SDXL pipelines read "no prompt" as zeros unless their index says otherwise. */
const promptFacts = ({ index, pipeline }: ModelFolder, { denoiser: { config } }: ModelFacts) => ({
  zerosForNone: typeof index.force_zeros_for_empty_prompt === 'boolean' ? index.force_zeros_for_empty_prompt : pipeline.includes('StableDiffusionXL'),
  width: typeof config.joint_attention_dim === 'number' ? config.joint_attention_dim : 4096,
  plain: pipeline.startsWith('PixArt') || pipeline.startsWith('IF'),
  tokens: pipeline.startsWith('PixArtAlpha') ? 120 : pipeline.startsWith('PixArt') ? 300 : pipeline.startsWith('IF') ? 77 : undefined,
})
