/** Recorded cases of the diffusers classes, as their files hold them. */
import { sizeOf, type Tensor } from '../../../../plugins/sdk/index.js'
import type { Network } from '../../denoiser.js'
import type { Four } from '../forms.js'

// Bound once: in test runners a global is slow to reach.
const { sqrt, sin, cos } = Math

export interface Header { readonly init: Four; readonly image: Four }

export interface Recorded {
  readonly id: string
  readonly kind: string
  readonly class: string
  readonly config: Readonly<Record<string, unknown>>
  readonly steps: number | null
  readonly set_timesteps?: Readonly<Record<string, unknown>>
  readonly shape: readonly number[]
  readonly noise_seed: number
  readonly timesteps?: readonly number[]
  readonly sigmas?: readonly number[]
  readonly init_noise_sigma?: number
  readonly reason?: string
}

export interface SampleCase extends Recorded {
  readonly driver: string
  readonly step: Readonly<Record<string, unknown>>
  readonly model: { readonly a0: number; readonly a1: number; readonly a2: number; readonly c: number; readonly w: number; readonly p: number; readonly variance?: string; readonly wrap?: string }
  readonly time: { readonly map: string; readonly T: number; readonly k: number }
  readonly pass_prev_timestep?: boolean
  readonly start: { readonly mode: string; readonly index?: number; readonly sample?: string }
  readonly trace: readonly (readonly number[])[]
  readonly probes: readonly number[]
  readonly final: string
  readonly tol: number
  readonly first_nonfinite_step?: number
}

/** The timestep as the closed-form network takes it. */
function position({ map, T, k }: SampleCase['time'], t: number): number {
  if (map === 'ratio') return t / T
  const s = map === 'logsigma' ? Math.exp(t / k) : t
  return map === 'identity' ? t : s / (1 + s)
}

/** (a0 + a1 u / (u + a2)) x + c sin(w x + p), element by element, with what the class expects around it. */
export const network = ({ model: m, time }: Pick<SampleCase, 'model' | 'time'>): Network => async (x, t) => {
  const u = position(time, t)
  const plain = (v: number) => (m.a0 + (m.a1 * u) / (u + m.a2)) * v + m.c * sin(m.w * v + m.p)
  const scaled = (v: number) => -plain(v / sqrt(1 + t * t))
  const answer = m.wrap === 'score' ? (v: number) => scaled(v) / t : m.wrap === 'negeps' ? scaled : plain
  const mean: Tensor = { shape: x.shape, data: x.data.map(v => answer(v)) }
  if (!m.variance) return { output: mean }
  const learned = m.variance === 'learned' ? (v: number) => 0.02 * (1 + 0.5 * cos(2 * v)) : (v: number) => 0.8 * cos(2 * v + u)
  return { output: besides(mean, { shape: x.shape, data: x.data.map(v => learned(v)) }) }
}

/** Two tensors joined on the channel axis. */
function besides(a: Tensor, b: Tensor): Tensor {
  const [batch, channels, ...rest] = a.shape as [number, number, ...number[]]
  const one = sizeOf(a.shape) / batch
  const data = new Float32Array(2 * a.data.length)
  for (let i = 0; i < batch; i++) {
    data.set(a.data.subarray(i * one, (i + 1) * one), 2 * i * one)
    data.set(b.data.subarray(i * one, (i + 1) * one), (2 * i + 1) * one)
  }
  return { shape: [batch, 2 * channels, ...rest], data }
}
