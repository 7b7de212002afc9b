import { NoisegraphError } from './errors.js'
import type { Choices } from './order-request.js'
import { nearest } from './registry.js'
import type { ModelInfo } from './services.js'

/** A model by name, or the default one. @throws UNKNOWN_MODEL, BROKEN_MODEL */
export async function findModel(name: string | null | undefined, { models, defaultModel }: Pick<Choices, 'models' | 'defaultModel'>): Promise<ModelInfo> {
  const all = await models.list()
  const wanted = name ?? defaultModel ?? all.find(m => !m.problem)?.name
  if (wanted === undefined) throw new NoisegraphError('UNKNOWN_MODEL', 'No model is installed: put a folder in diffusers-ONNX layout into the models folder.', 'model')
  const model = all.find(m => m.name === wanted)
  if (!model) throw new NoisegraphError('UNKNOWN_MODEL', `No model is called "${wanted.slice(0, 80)}". ${hint(wanted, all.map(m => m.name))}`, 'model')
  if (model.problem) throw new NoisegraphError('BROKEN_MODEL', `The model "${model.name}" cannot run: ${model.problem}`, 'model')
  return model
}

function hint(name: string, names: readonly string[]): string {
  const near = nearest(names, name)
  return near.length ? `Did you mean ${list(near, ' or ')}?` : `There are: ${list(names)}.`
}

const list = (names: readonly string[], comma = ', ') => names.map(n => `"${n}"`).join(comma) || 'none'
