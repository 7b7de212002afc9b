/** One loaded network on one device. `onnxruntime.ts` (cuda, cpu) and `wasm.ts` implement it; `choose.ts` picks one and says why. */
export type Device = 'cuda' | 'cpu' | 'wasm'

export type ElementType =
  | 'float32' | 'float16' | 'bfloat16' | 'float64' | 'bool' | 'string'
  | 'int4' | 'uint4' | 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'int64' | 'uint64'

/** A tensor of any type, C order. float16 and bfloat16 are raw bits in a Uint16Array; bool is a Uint8Array of 0 and 1. */
export interface Value {
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | BigInt64Array | BigUint64Array
}

/** An input or output as the ONNX file declares it; a name stands for a dynamic axis. */
export interface Port { readonly name: string; readonly type: ElementType; readonly shape: readonly (number | string)[] }

export interface Session {
  readonly device: Device
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  /** Throws NoisegraphError on feeds that do not fit. Aborting ends the run as soon as the device allows. */
  run(feeds: Readonly<Record<string, Value>>, signal?: AbortSignal): Promise<Readonly<Record<string, Value>>>
  close(): Promise<void>
}

export interface SessionProvider {
  readonly device: Device
  /** Whether the device works here: `detail` says which one and how (adapter, engine build, threads), `reason` is the provider's own error text. */
  probe(): Promise<{ readonly available: true; readonly detail: string } | { readonly available: false; readonly reason: string }>
  open(file: string): Promise<Session>
}
