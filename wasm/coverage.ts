import { inlineFunctions } from './graph/inline.js'
import { missingOperators } from './graph/registry.js'
import { openModel, type ExternalData } from './onnx/files.js'
import { readModel } from './onnx/model.js'

/** An operator that the engine has not, and the nodes that need it. */
export interface Missing { readonly operator: string; readonly opset: number; readonly nodes: readonly string[] }

/** Every operator of a model that the engine cannot run; none where it runs the model. Throws EngineError (INVALID_MODEL) on what is no model. */
export async function coverage(model: string | URL | Uint8Array, options: { readonly externalData?: ExternalData } = {}): Promise<readonly Missing[]> {
  const { bytes, external } = await openModel(model, options.externalData)
  return missingOperators(inlineFunctions(readModel(bytes, external)))
}
