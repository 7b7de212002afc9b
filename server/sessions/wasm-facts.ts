import { coverage, EngineError, type Missing } from '../../wasm/index.js'
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
