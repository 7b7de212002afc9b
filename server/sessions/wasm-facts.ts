import { coverage, EngineError, estimate, type Estimate, type Missing } from '../../wasm/index.js'
import { NoisegraphError } from '../core/errors.js'

/** Operators of a network that the WASM engine has not, with the nodes that need them. @throws BROKEN_MODEL where the file is no whole model. */
export async function missingInWasm(file: string): Promise<readonly Missing[]> {
  try {
    return await coverage(file)
  } catch (error) {
    if (error instanceof EngineError) throw new NoisegraphError('BROKEN_MODEL', `The WASM engine cannot read ${file}: ${error.message}`, undefined, { cause: error })
    throw error
  }
}

/** What a run of a network on inputs of these shapes takes, as the engine plans it; undefined where it cannot run it, or where shapes depend on data. */
export async function memoryInWasm(file: string, shapes: Readonly<Record<string, readonly number[]>>): Promise<Pick<Estimate, 'activations' | 'scratch'> | undefined> {
  try {
    const told = await estimate(file, shapes)
    return told.complete ? told : undefined
  } catch (error) {
    if (error instanceof EngineError) return undefined
    throw error
  }
}
