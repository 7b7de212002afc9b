"""Stable Diffusion 2: v-prediction, rescaled betas, padding with token 0, the last text layer but one. See kit.py."""
import sys
from stable import *
from diffusers import DDIMScheduler, EulerDiscreteScheduler, StableDiffusionImg2ImgPipeline, StableDiffusionPipeline

folder = Folder(f'{sys.argv[1]}/sd2-v')
tokenizer = clip_tokenizer(folder, pad='!')
text, auto, denoiser = text_encoder(1, tokenizer, act='gelu'), vae(2), unet(3, use_linear_projection=True)
V = dict(DDIM, prediction_type='v_prediction')
ZERO = dict(V, rescale_betas_zero_snr=True, timestep_spacing='trailing')
folder.index('StableDiffusionPipeline', scheduler=DDIMScheduler(**V), text_encoder=text, tokenizer=tokenizer, unet=denoiser, vae=auto, safety_checker=None, feature_extractor=None, requires_safety_checker=False)
export_text(folder, text, opset=14)
export_unet(folder, denoiser)
export_vae(folder, auto)
folder.component('text_encoder', 'prompt', input_ids=tokens(tokenizer, ['a photo of a cat!', ''], 77))
folder.component('unet', 'b2', sample=('closed(k=0)', (2, 4, 16, 8)), timestep=('981', ()), encoder_hidden_states=('closed(k=1)', (2, 77, 32)))
folder.component('vae_decoder', 'b1', latent_sample=('closed(k=2)', (1, 4, 8, 8)))

parts = (auto, text, tokenizer, denoiser, DDIMScheduler(**V), None, None)
pipe = StableDiffusionPipeline(*parts, requires_safety_checker=False)
folder.case(pipe, 'ddim_5', dict(prompt='a photo of a cat!', num_inference_steps=5, negative_prompt='blurry'), 1, DDIMScheduler(**V))
folder.case(pipe, 'ddim_5_zero_rescale', dict(prompt='a red cube', num_inference_steps=5, guidance_scale=7.5, guidance_rescale=0.7), 2, DDIMScheduler(**ZERO))
folder.case(pipe, 'ddim_4_imgs2_eta', dict(prompt=['a red cube', 'a blue house'], num_inference_steps=4, eta=1.0, num_images_per_prompt=2), 3, DDIMScheduler(**ZERO))
folder.case(pipe, 'euler_5_zero', dict(prompt='a big dog', num_inference_steps=5, guidance_rescale=0.5), 4, EulerDiscreteScheduler(**{k: v for k, v in ZERO.items() if k not in ('clip_sample', 'set_alpha_to_one')}))
folder.case(pipe, 'ddim_4_clip_skip1', dict(prompt='a small tree', negative_prompt='low quality', num_inference_steps=4, clip_skip=1), 5, DDIMScheduler(**V))
folder.case(StableDiffusionImg2ImgPipeline(*parts, requires_safety_checker=False), 'i2i_ddim_6_zero', dict(prompt='a small tree', image=picture(32, 32), strength=0.6, num_inference_steps=6), 6, DDIMScheduler(**ZERO))
folder.done()
