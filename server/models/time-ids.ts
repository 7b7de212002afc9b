import type { ModelFolder, Part } from './folder.js'

/**
 * How many numbers SDXL's `time_ids` hold: 6 (original size, crop corner, target size), or 5 in the refiner, which takes an aesthetic score in place of the target.
 * Where the axis is dynamic, the width of what they are embedded into tells, then the index.
 */
export function timeIds({ parts, index }: ModelFolder, { header, config }: Part): number {
  const declared = header.inputs.find(i => i.name === 'time_ids')?.shape[1]
  if (typeof declared === 'number') return declared
  const [whole, each, pooled] = [config.projection_class_embeddings_input_dim, config.addition_time_embed_dim, parts.get('text_encoder_2')?.config.projection_dim].map(Number)
  const count = (whole! - pooled!) / each!
  if (count === 5 || count === 6) return count
  return index.requires_aesthetics_score === true ? 5 : 6
}
