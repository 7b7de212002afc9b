import { NoisegraphError } from '../core/errors.js'
import type { Tensor } from '../../plugins/sdk/index.js'
import type { Port, Session, Value } from '../sessions/session.js'
import { imagePositions, pack, textPositions, unpack } from './packed.js'
import { toTensor, toValue } from './value.js'

/** A network that denoises: a U-Net or a transformer of any exporter. */
export interface Network {
  readonly session: Session
  /** Names of the inputs besides the sample and the timestep. */
  readonly inputs: readonly string[]
  /** The sample: [batch, channels, ...]. As the file declares it, but for networks that read it packed. */
  readonly sample: Port
  /** Whether it reads squares of 2x2 latents as a sequence, and the guidance scale, if at all, as an input. */
  readonly packed: boolean
  /** x is [batch, channels, ...]; feeds have that batch. Extra feeds that the network does not take are refused. */
  run(x: Tensor, timestep: number, feeds: Readonly<Record<string, Tensor>>, signal: AbortSignal): Promise<Tensor>
}

const sampleNames = ['sample', 'hidden_states', 'latent_model_input', 'x']
const timeNames = ['timestep', 'timesteps', 't']

/**
 * `textPerFrame`: whether a video network is given its text once for each frame, [b * frames, tokens, features], as motion modules in a U-Net for pictures are.
 * @throws BROKEN_MODEL where the file has no input for a sample or a timestep.
 */
export function denoisingNetwork(session: Session, textPerFrame = true): Network {
  const find = (names: readonly string[]) => names.map(n => session.inputs.find(i => i.name === n)).find(p => p !== undefined)
  const [sample, time] = [find(sampleNames), find(timeNames)]
  const output = session.outputs[0]
  const packed = session.inputs.some(i => i.name === 'img_ids')
  if (!sample || !time || !output) throw new NoisegraphError('BROKEN_MODEL', `The denoising network takes ${session.inputs.map(i => i.name).join(', ')}; it must take a sample (${sampleNames.join(', ')}) and a timestep.`, 'model')
  const call = async (x: Tensor, t: number, feeds: Readonly<Record<string, Tensor>>, signal: AbortSignal): Promise<Tensor> => {
    const batch = x.shape[0]!
    // Packed networks are told the time from 0 to 1.
    const values: Record<string, Value> = { [sample.name]: toValue(packed ? pack(x) : x, sample.type), [time.name]: toValue(timestep(time, packed ? t / 1000 : t, batch), time.type) }
    if (packed) for (const [name, value] of positions(session, x, feeds.encoder_hidden_states)) values[name] = value
    for (const [name, tensor] of Object.entries(feeds)) {
      const port = session.inputs.find(i => i.name === name)
      if (!port) throw new NoisegraphError('INCOMPATIBLE', `The model takes no "${name}"; besides the sample and the timestep it takes ${inputs.join(', ') || 'nothing'}.`, 'conditioners')
      const frames = textPerFrame && x.shape.length === 5 && name === 'encoder_hidden_states' ? x.shape[2]! : 1
      values[name] = toValue(frames > 1 ? stack(Array.from({ length: batch * frames }, (_, i) => part(tensor, Math.floor(i / frames)))) : tensor, port.type)
    }
    const missing = inputs.filter(name => !(name in values))
    if (missing.length) throw new NoisegraphError('INCOMPATIBLE', `The model needs ${missing.join(', ')}. ${missing.map(n => hints[n]).filter(Boolean).join(' ')}`.trim(), 'conditioners')
    const answer = toTensor((await session.run(values, signal))[output.name]!)
    return packed ? unpack(answer, x.shape[2]!, x.shape[3]!) : answer
  }
  const inputs = session.inputs.filter(i => i !== sample && i !== time && !places.includes(i.name)).map(i => i.name)
  const features = sample.shape[2]
  return { session, packed, inputs, run: call, sample: packed ? { ...sample, shape: [sample.shape[0]!, typeof features === 'number' ? features / 4 : 'channels', 'height', 'width'] } : sample }
}

const places = ['img_ids', 'txt_ids']

/** Where each token of the picture and of the text stands; older exports repeat it for each sample. */
function* positions(session: Session, x: Tensor, text: Tensor | undefined): Generator<readonly [string, Value]> {
  for (const port of session.inputs.filter(i => places.includes(i.name))) {
    const axes = port.shape.at(-1)
    const count = typeof axes === 'number' ? axes : 3
    const all = port.name === 'img_ids' ? imagePositions(x.shape[2]! / 2, x.shape[3]! / 2, count) : textPositions(text?.shape[1] ?? 0, count)
    const one = { shape: [1, ...all.shape], data: all.data }
    yield [port.name, toValue(port.shape.length === 3 ? stack(Array.from({ length: x.shape[0]! }, () => one)) : all, port.type)]
  }
}

const hints: Readonly<Record<string, string>> = {
  encoder_hidden_states: 'Give a prompt (the "text" conditioner).',
  class_labels: 'Give a class (the "class-label" conditioner), or a picture to an upscaler ("upscale").',
  mid_block: 'Give a picture to its ControlNet (the "control" conditioner).',
}

/** A scalar, one value, or one for each sample, as the network was exported. */
function timestep(port: Port, t: number, batch: number): Tensor {
  if (port.shape.length === 0) return { shape: [], data: Float32Array.of(t) }
  const count = typeof port.shape[0] === 'number' ? port.shape[0] : batch
  return { shape: [count], data: new Float32Array(count).fill(t) }
}

/** `count` samples from the one at `first`. */
export function part(x: Tensor, first: number, count = 1): Tensor {
  const size = x.data.length / x.shape[0]!
  return { shape: [count, ...x.shape.slice(1)], data: x.data.slice(first * size, (first + count) * size) }
}

/** Samples one after another along the batch axis. */
export function stack(parts: readonly Tensor[]): Tensor {
  const data = new Float32Array(parts.reduce((sum, p) => sum + p.data.length, 0))
  let at = 0
  for (const p of parts) { data.set(p.data, at); at += p.data.length }
  return { shape: [parts.reduce((sum, p) => sum + p.shape[0]!, 0), ...parts[0]!.shape.slice(1)], data }
}

/** Tensors joined on axis 1 (channels). */
export function joinChannels(a: Tensor, b: Tensor): Tensor {
  const batch = a.shape[0]!
  const joined = Array.from({ length: batch }, (_, i) => [part(a, i), part(b, i % b.shape[0]!)]).flat()
  return { data: stack(joined).data, shape: [batch, a.shape[1]! + b.shape[1]!, ...a.shape.slice(2)] }
}
