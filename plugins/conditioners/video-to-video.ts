import { conditioner, film, number, video, type Tensor } from '../sdk/index.js'

export default conditioner({
  name: 'video-to-video',
  summary: 'Starts from a clip, every frame of which is noised part of the way (SDEdit, Meng et al. 2022); models of pictures paint the frames one by one.',
  options: {
    clip: video('The clip to start from; it is brought to the size of the result, and to its number of frames by leaving some out or showing some twice.'),
    strength: number('How far it is noised: 0 keeps it, 1 leaves only a trace of it.', { default: 0.8, min: 0, max: 1 }),
  },
  part: ({ strength }) => ({ strength }),
  async condition(site, { clip, strength }) {
    const [, channels, frames, height, width] = site.shape
    if (width === undefined) return { start: { strength, clean: await site.encode(site.fit(chosen(clip, [site.position ?? 0]))) } }
    const clean = await site.encode(site.fit(chosen(clip, Array.from({ length: frames! }, (_, f) => f / Math.max(1, frames! - 1)))))
    // Frame by frame, as published pipelines draw it.
    return { start: { strength, clean, noise: film({ ...site.noise([1, frames!, channels!, height!, width]), shape: [frames!, channels!, height!, width] }) } }
  },
})

/** Frames at these places of the clip, each from 0 to 1. */
function chosen(clip: Tensor, places: readonly number[]): Tensor {
  const [count, ...frame] = clip.shape as [number, ...number[]]
  const indices = places.map(p => Math.round(p * (count - 1)))
  if (indices.length === count && indices.every((index, i) => index === i)) return clip
  const size = clip.data.length / count
  const data = new Float32Array(indices.length * size)
  for (const [i, index] of indices.entries()) data.set(clip.data.subarray(index * size, (index + 1) * size), i * size)
  return { shape: [indices.length, ...frame], data }
}
