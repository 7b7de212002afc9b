/** What the figures cannot say for themselves. Numbers are of the committed run. */
export const explanations = [
  '**The order of the literature comes out from 8 calls on**: Euler (`ddim` is the same here) is behind `dpmpp-2m`, `unipc`, `ipndm` and `deis` on all three distributions, and their distance falls several times as fast. At 6 calls that holds in the plane; in 64 dimensions `dpmpp-2m` and `unipc` are still level with Euler.', '',
  '**Euler is not the worst at 4 to 10 calls.** `heun`, `dpm2`, `restart` and the other methods with two or three calls a step are: 6 calls are 3 steps of theirs, and a step then spans a factor of ten and more in sigma.',
  'The second slope lies far outside of what the first one knows, and the correction overshoots (the ring at 6 calls, in the picture). Per step they are as good as their order says; they need 15 to 20 calls to be worth it.', '',
  '**At 4 calls** `dpmpp-2m` and `unipc` are level with Euler on the ring and in 64 dimensions, and ahead of it on the checkerboard: of four steps the first has no past and the last is a jump to the clean estimate, so two are left to be better in.',
  'The third order of `unipc-bh1` and `unipc-bh2` pays from 10 calls on: before that its polynomial reaches over most of the range of sigma.', '',
  '**`deis` and `ipndm` lead `dpmpp-2m` and `unipc`**, which papers on latent diffusion find close to each other. The models here have no error, and on this schedule paths are nearly straight in sigma: slopes change little from step to step,',
  'while the clean estimate, which `dpmpp-2m` and `unipc` extrapolate, jumps where the heaps separate. On flow models and real networks the difference is smaller; `recommendSampler` measures it.',
  '`ipndm` with the weights of even steps beats `ipndm-v` with the exact ones at few calls: as the steps shrink the even weights are too large, and that makes up for the slow first steps of low order. In the table of orders the exact ones are far ahead.', '',
  '**Beyond 20 calls nothing separates the deterministic ones**: they are at the distance of two draws of the distribution itself.', '',
  '**Stochastic methods are behind at few calls**: the noise that they add must be removed again in what steps are left. `er-sde`, which adds little of it at the clean end, is the exception. At 50 calls all are near the limit; what remains of `predictor-corrector` is the finite size of its Langevin steps.',
]

export const faults = [
  'Options default to the right mathematics; these make the published numbers again.', '',
  '| method | what is wrong | option |', '| --- | --- | --- |',
  '| iPNDM_v (diff-sampler, ComfyUI) | a bracket is misplaced in the weights of order 3 (1.726 in place of 1.440 for steps of 1, 2, 1.5), and the fourth difference has 11/24 in place of 3/8 even for equal steps | `ipndm-v`: `weights: published` |',
  '| DEIS tab (diff-sampler, ComfyUI) | 10000 rectangles that count both ends: the weights are off by about 1e-4 | `deis`: `quadrature: published` |',
  '| DPM-Solver++ SDE of order 3 (diffusers) | the quadratic term has the wrong sign | `dpm-multistep`: `publishedThird` |',
  '| SA-Solver with two predictions (diffusers, and an option of ComfyUI) | simplified weights in place of the integrals | `sa-solver`: `secondOrder: simple` |',
  '| SA-Solver on a schedule without a last 0 (ComfyUI up to 0.3.64) | answers the state before the last step | `sa-solver`: `endsBeforeLast` |',
  '| Euler ancestral CFG++ on flow models (ComfyUI) | from pure noise all noise is fresh whatever eta is: infinity over infinity | `euler-cfg-pp`: `freshStart` |',
  '| DPM++ 2S ancestral CFG++ (ComfyUI 0.29) | its second stage takes the unconditional estimate of the wrong call | `dpmpp-2s-ancestral`: `cfgPlusPlus: first` |',
  '| dpmpp_2m_sde, dpmpp_3m_sde with a single step (k-diffusion) | a variable is used before it is set | none: the clean estimate is answered |',
  '| ipndm, ipndm_v, deis of order 1 (ComfyUI) | an index runs out of its list | none: order 1 is Euler |',
  '| deis rhoab of order 2 and 3 (ComfyUI) | loses track of its past, or keeps old weights | none: it runs |',
  '| dpm_fast, dpm_adaptive | stop at the smallest sigma above 0 and leave its noise in | none: where the schedule ends in 0, one more call goes there |',
  '| kl_optimal with one step | 0 / 0 | none: from the largest sigma to 0 |',
]
