import { type Precision } from '../wasm/index.js'
import { type EngineName } from './engine-child.js'

/** An engine, and for ours what weights are held as and through how many MiB they are streamed, where that is not the usual. */
export interface Contender { readonly engine: EngineName; readonly precision?: Precision; readonly stream?: number }

export const engines: readonly EngineName[] = ['wasm', 'wasm-plain', 'wasm-strict', 'onnxruntime-web', 'onnxruntime-node']
/** What does not fit into memory as it is: ours in float16, and streamed. */
export const roomy: readonly Contender[] = [{ engine: 'wasm', precision: 'float16' }, { engine: 'wasm', stream: 512 }, { engine: 'onnxruntime-web' }, { engine: 'onnxruntime-node' }]

export const nameOf = ({ engine, precision, stream }: Contender): string => [engine, ...precision ? [precision] : [], ...stream ? [`streamed through ${stream} MiB`] : []].join(', ')

const byEngine: Readonly<Record<EngineName, number>> = { 'wasm': 1e-3, 'wasm-plain': 1e-3, 'wasm-strict': 1e-4, 'onnxruntime-web': 1e-3, 'onnxruntime-node': 0 }
const narrow: Partial<Record<Precision, number>> = { float16: 0.05, int8: 0.2, int4: 0.5 }
/** How far from the reference a result may be at most, in units of its deviation. */
export const tolerance = ({ engine, precision = 'stored' }: Contender): number => narrow[precision] ?? byEngine[engine]
