import type { ModelReport, NetworkReport } from '../core/services.js'
import { describe } from '../sessions/feeds.js'
import { missingInWasm } from '../sessions/wasm-facts.js'
import { familyName } from './family-name.js'
import { factsOf } from './facts.js'
import type { ModelFolder, Part } from './folder.js'
import { memoryOf } from './memory.js'
import { takesOf } from './takes.js'

/** What a model is made of, what it is asked with, what it needs, and where it runs. Reads headers and graphs; nothing is loaded to run. */
export async function inspectModel(folder: ModelFolder): Promise<ModelReport> {
  const facts = factsOf(folder)
  const { takes, needs } = takesOf(folder, facts)
  const networks: NetworkReport[] = []
  for (const part of folder.parts.values()) networks.push(await inspectNetwork(part))
  return {
    name: folder.name, pipeline: folder.pipeline, family: familyName(folder, facts), scheduler: folder.scheduler.className,
    makes: facts.output, width: facts.width, height: facts.height, takes, needs, networks, memory: await memoryOf(folder, facts),
  }
}

export async function inspectNetwork({ name, className, file, bytes, header }: Pick<Part, 'name' | 'className' | 'file' | 'bytes' | 'header'>): Promise<NetworkReport> {
  const { opset, operators, parameters, weightBytes, weightTypes, inputs, outputs } = header
  return {
    name, className, bytes, opset, parameters, weightBytes, weightTypes, inputs: inputs.map(describe), outputs: outputs.map(describe),
    operators: Object.entries(operators).map(([operator, count]) => ({ operator, count })).sort((a, b) => b.count - a.count || (a.operator < b.operator ? -1 : 1)),
    missingInWasm: await missingInWasm(file),
  }
}
