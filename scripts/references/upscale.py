"""The x4 upscaler: seven channels, a noise level as a class. See kit.py."""
import sys
from stable import *
from diffusers import DDIMScheduler, DDPMScheduler, EulerDiscreteScheduler, StableDiffusionUpscalePipeline

folder = Folder(f'{sys.argv[1]}/upscale-x4')
tokenizer = clip_tokenizer(folder, pad='!')
text, auto = text_encoder(300, tokenizer, act='gelu'), vae(301, widths=(8, 8, 16), scaling=0.08333)
denoiser = unet(302, in_channels=7, num_class_embeds=100, use_linear_projection=True)
V = dict(DDIM, prediction_type='v_prediction')
low = DDPMScheduler(beta_start=0.0001, beta_end=0.02, beta_schedule='scaled_linear', num_train_timesteps=1000)
folder.index('StableDiffusionUpscalePipeline', scheduler=DDIMScheduler(**V), low_res_scheduler=low, text_encoder=text, tokenizer=tokenizer, unet=denoiser, vae=auto, max_noise_level=80, safety_checker=None, feature_extractor=None, watermarker=None)
export_text(folder, text)
export_unet(folder, denoiser, INT64, dict(class_labels=torch.tensor([20, 20])))
export_vae(folder, auto, encoder=False)
folder.component('unet', 'b2', sample=('closed(k=0)', (2, 7, 16, 8)), timestep=('[981,1]', (2,)), encoder_hidden_states=('closed(k=1)', (2, 77, 32)), class_labels=('[20,5]', (2,)))
pipe = StableDiffusionUpscalePipeline(auto, text, tokenizer, denoiser, low, DDIMScheduler(**V), max_noise_level=80)
small = picture(16, 16)
folder.case(pipe, 'ddim_4', dict(prompt='a cat', image=small, num_inference_steps=4), 1, DDIMScheduler(**V))
folder.case(pipe, 'ddim_4_noise60', dict(prompt='a cat', negative_prompt='bad', image=picture(24, 16), num_inference_steps=4, noise_level=60, guidance_scale=4.0, num_images_per_prompt=2), 2, DDIMScheduler(**V))
folder.case(pipe, 'euler_4_g1', dict(prompt='a cat', image=small, num_inference_steps=4, noise_level=0, guidance_scale=1.0), 3, EulerDiscreteScheduler(**SCALED, prediction_type='v_prediction'))
folder.case(pipe, 'ddim_3_eta', dict(prompt='a cat', image=small, num_inference_steps=3, eta=1.0), 4, DDIMScheduler(**V))
folder.done()
