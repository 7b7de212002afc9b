import { choice, schedule } from '../../../plugins/sdk/index.js'
import { logLinear } from '../tables/log-linear.js'

/** Levels optimised for ten steps, as the authors published them, and the timesteps that go with them. */
const published = {
  sd15: [14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029],
  sdxl: [14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.38, 0.234, 0.113, 0.029],
  svd: [700, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.002],
}
const timesteps = {
  sd15: [999, 850, 736, 645, 545, 455, 343, 233, 124, 24],
  sdxl: [999, 845, 730, 587, 443, 310, 193, 116, 53, 13],
  svd: undefined,
}
/** As ComfyUI has them, with more digits. */
const comfyui = {
  sd15: [14.6146412293, 6.4745760956, 3.8636745985, 2.694615152, 1.8841921177, 1.3943805092, 0.9642583904, 0.6523686016, 0.3977456272, 0.1515232662, 0.0291671582],
  sdxl: [14.6146412293, 6.3184485287, 3.7681790315, 2.1811480769, 1.3405244945, 0.8620721141, 0.5550693289, 0.3798540708, 0.2332364134, 0.1114188177, 0.0291671582],
  svd: published.svd,
}

export default schedule({
  name: 'align-your-steps',
  aliases: ['align_your_steps', 'ays', 'AYS', 'AlignYourStepsScheduler'],
  summary: 'Levels optimised for ten steps of three published models; other counts are interpolated in log sigma.',
  cites: 'Sabour et al. 2024, Align Your Steps (arXiv:2404.14507)',
  space: 'variance',
  options: {
    model: choice('The model that the levels were found for.', ['sd15', 'sdxl', 'svd'], { default: 'sd15' }),
    digits: choice('The levels as published, or with the digits of ComfyUI.', ['published', 'comfyui'], { default: 'published' }),
    end: choice('The last level becomes 0 (diffusers, ComfyUI), or 0 comes after it (web UI).', ['replaced', 'appended'], { default: 'replaced' }),
  },
  grid({ steps }, { model, digits, end }) {
    const levels = (digits === 'published' ? published : comfyui)[model]
    if (end === 'appended') return { sigmas: [...logLinear(levels, steps), 0] }
    const sigmas = [...logLinear(levels, steps + 1).slice(0, -1), 0]
    const own = timesteps[model]
    return own && steps === own.length ? { sigmas, timesteps: own } : { sigmas }
  },
})
