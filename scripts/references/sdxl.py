"""SDXL: base with two text encoders, refiner with the second alone, image to image, inpainting with 4 and 9 channels. See kit.py."""
import sys
from stable import *
from diffusers import (AutoencoderKL, DDIMScheduler, DPMSolverMultistepScheduler, EulerAncestralDiscreteScheduler, EulerDiscreteScheduler, HeunDiscreteScheduler, LCMScheduler, StableDiffusionXLImg2ImgPipeline,
                       StableDiffusionXLInpaintPipeline, StableDiffusionXLPipeline)

EULER = dict(SCALED, steps_offset=1, timestep_spacing='leading', interpolation_type='linear')
NAMES = {'base': 'StableDiffusionXLPipeline', 'refiner': 'StableDiffusionXLImg2ImgPipeline', 'inpaint': 'StableDiffusionXLInpaintPipeline', 'turbo': 'StableDiffusionXLPipeline'}

def sdxl(kind, seed, vae_options={}, force_zeros=True, unet_options={}, timestep=FLOAT, **how):
    """A folder and its parts. The refiner has one encoder and five time ids."""
    folder = Folder(f'{sys.argv[1]}/sdxl-{kind}')
    refiner = kind == 'refiner'
    one = None if refiner else text_encoder(seed, clip_tokenizer(folder), 32, 2)
    two_tokens = clip_tokenizer(folder, 'tokenizer_2', pad='!')
    two = text_encoder(seed + 1, two_tokens, 16, 3, projection=24, act='gelu')
    one_tokens = None if refiner else clip_tokenizer(folder)
    ids = 5 if refiner else 6
    auto = vae(seed + 2, scaling=0.13025, **vae_options)
    denoiser = unet(seed + 3, 16 if refiner else 48, attention=(False, True), transformer_layers_per_block=(1, 2), use_linear_projection=True, addition_embed_type='text_time', addition_time_embed_dim=8,
                    projection_class_embeddings_input_dim=24 + 8 * ids, **unet_options)
    scheduler = EulerDiscreteScheduler(**EULER)
    folder.index(NAMES[kind], scheduler=scheduler, **({} if refiner else dict(text_encoder=one, tokenizer=one_tokens)), text_encoder_2=two, tokenizer_2=two_tokens, unet=denoiser, vae=auto,
                 force_zeros_for_empty_prompt=force_zeros, **(dict(requires_aesthetics_score=refiner) if kind != 'base' else {}), **({'text_encoder': None, 'tokenizer': None} if refiner else {}), feature_extractor=None, image_encoder=None)
    if one is not None: export_text(folder, one, **how)
    export_text(folder, two, 'text_encoder_2', **how)
    export_unet(folder, denoiser, timestep, dict(text_embeds=(2, 24), time_ids=(2, ids)), **how)
    export_vae(folder, auto, **how)
    folder.component('unet', 'b2', sample=('closed(k=0)', (2, denoiser.config.in_channels, 16, 8)), timestep=('981', (1,) if timestep.dim() else ()), encoder_hidden_states=('closed(k=1)', (2, 77, denoiser.config.cross_attention_dim)),
                     text_embeds=('closed(k=2)', (2, 24)), time_ids=('64+32*abs(closed(k=3))', (2, ids)))
    folder.component('text_encoder_2', 'prompt', input_ids=tokens(two_tokens, ['a big dog!', ''], 77))
    more = {} if kind == 'base' or kind == 'turbo' else dict(requires_aesthetics_score=refiner)
    make = lambda cls, **o: cls(auto, one, two, one_tokens, two_tokens, denoiser, scheduler, force_zeros_for_empty_prompt=force_zeros, add_watermarker=False, **o)
    return folder, make, more

if __name__ == '__main__':
    euler = lambda **o: EulerDiscreteScheduler(**EULER | o)
    folder, make, _ = sdxl('base', 10)
    pipe = make(StableDiffusionXLPipeline)
    folder.case(pipe, 'euler_5', dict(prompt='a photo of a cat', num_inference_steps=5), 1, euler(), steps=True)
    folder.case(pipe, 'euler_4_two_prompts', dict(prompt='a photo of a cat', prompt_2='a blue house!', negative_prompt='blurry', negative_prompt_2='bad', num_inference_steps=4, guidance_scale=6.0), 2, euler())
    folder.case(pipe, 'euler_4_negative_empty', dict(prompt='a red cube', negative_prompt='', num_inference_steps=4), 3, euler())
    folder.case(pipe, 'euler_4_sizes', dict(prompt='a red cube', num_inference_steps=4, height=32, width=48, original_size=(64, 96), target_size=(40, 56), crops_coords_top_left=(8, 4), negative_original_size=(16, 24), negative_target_size=(20, 28),
                                            negative_crops_coords_top_left=(3, 5)), 4, euler())
    folder.case(pipe, 'euler_4_negative_size_alone', dict(prompt='a red cube', num_inference_steps=4, original_size=(64, 96), negative_original_size=(16, 24)), 4, euler())
    folder.case(pipe, 'dpmpp_5_end', dict(prompt='a big dog', num_inference_steps=5, denoising_end=0.6), 5, DPMSolverMultistepScheduler(**SCALED, use_karras_sigmas=True))
    folder.case(pipe, 'euler_5_end', dict(prompt='a big dog', num_inference_steps=5, denoising_end=0.8), 5, euler())
    folder.case(pipe, 'heun_4_end', dict(prompt='a big dog', num_inference_steps=4, denoising_end=0.5), 5, HeunDiscreteScheduler(**SCALED, timestep_spacing='leading', steps_offset=1))
    folder.case(pipe, 'euler_a_3_imgs2_rescale', dict(prompt=['a big dog', 'a tree'], num_images_per_prompt=2, num_inference_steps=3, guidance_rescale=0.7), 6, EulerAncestralDiscreteScheduler(**SCALED, timestep_spacing='trailing'))
    folder.case(pipe, 'ddim_3_clip_skip1', dict(prompt='a big dog', negative_prompt='bad', num_inference_steps=3, clip_skip=1), 7, DDIMScheduler(**DDIM))
    folder.case(pipe, 'euler_3_genlist', dict(prompt=['a big dog', 'a tree'], num_inference_steps=3), [8, 9], euler())
    folder.case(pipe, 'euler_3_g1', dict(prompt='a big dog', negative_prompt='bad', num_inference_steps=3, guidance_scale=1.0), 9, euler())
    embeds = {k: torch.from_numpy(closed(s, i)) for i, (k, s) in enumerate(dict(prompt_embeds=(1, 77, 48), negative_prompt_embeds=(1, 77, 48), pooled_prompt_embeds=(1, 24), negative_pooled_prompt_embeds=(1, 24)).items())}
    folder.case(pipe, 'euler_3_embeds', dict(**embeds, num_inference_steps=3), 10, euler())
    image = make(StableDiffusionXLImg2ImgPipeline)
    folder.case(image, 'i2i_euler_10', dict(prompt='a tree', image=picture(32, 32), num_inference_steps=10), 11, euler())
    folder.case(image, 'i2i_ddim_6_sizes', dict(prompt='a tree', image=picture(32, 32), num_inference_steps=6, strength=0.7, original_size=(40, 44), negative_original_size=(16, 12), negative_crops_coords_top_left=(3, 5), crops_coords_top_left=(1, 2)), 12, DDIMScheduler(**DDIM))
    folder.case(image, 'i2i_euler_3_st1', dict(prompt='a tree', image=picture(32, 32), num_inference_steps=3, strength=1.0), 13, euler())
    paint = make(StableDiffusionXLInpaintPipeline)
    common = dict(prompt='a tree', image=picture(32, 32), mask_image=mask(32, 32, (6, 8, 25, 23)), height=32, width=32)
    folder.case(paint, 'inpaint_euler_4_default', dict(**common, num_inference_steps=4), 14, euler())
    folder.case(paint, 'inpaint_ddim_5_st1', dict(**common, num_inference_steps=5, strength=1.0), 15, DDIMScheduler(**DDIM))
    folder.case(paint, 'inpaint_dpmpp_6', dict(**common, num_inference_steps=6, strength=0.5, guidance_scale=1.0, aesthetic_score=3.0), 16, DPMSolverMultistepScheduler(**SCALED))
    folder.done()
    base = pipe
    base.scheduler = euler()

    folder, make, _ = sdxl('refiner', 20, vae_options=dict(latents_mean=[0.1, -0.2, 0.05, 0.3], latents_std=[1.1, 0.9, 1.3, 0.8]), force_zeros=False, timestep=INT64)
    pipe = make(StableDiffusionXLImg2ImgPipeline, requires_aesthetics_score=True)
    latents = torch.from_numpy(closed((1, 4, 16, 16), 5, 1.4))
    folder.case(pipe, 'i2i_ddim_10', dict(prompt='a tree', image=picture(32, 32), num_inference_steps=10, aesthetic_score=7.5, negative_aesthetic_score=1.5), 1, DDIMScheduler(**DDIM))
    folder.case(pipe, 'ddim_10_start', dict(prompt='a tree', image=latents, num_inference_steps=10, denoising_start=0.7), 2, DDIMScheduler(**DDIM))
    folder.case(pipe, 'euler_8_start_end', dict(prompt='a tree', negative_prompt='bad', image=latents * 4, num_inference_steps=8, denoising_start=0.5, denoising_end=0.8), 3, euler())
    # Both models in one run: the base makes 0.6 of it, the refiner the rest.
    half = base(prompt='a big dog', negative_prompt='bad', num_inference_steps=8, denoising_end=0.6, output_type='latent', generator=torch.Generator().manual_seed(7)).images
    pipe.scheduler = euler()
    both = pipe(prompt='a big dog', negative_prompt='bad', image=half, num_inference_steps=8, denoising_start=0.6, output_type='np').images
    (folder.path / 'reference/cascade').mkdir(parents=True)
    Image.fromarray(np.round(255 * both[0]).astype(np.uint8)).save(folder.path / 'reference/cascade/base_refiner_s7.png')
    folder.case(pipe, 'i2i_latents', dict(prompt='a tree', image=latents, num_inference_steps=8, strength=0.5), 4, DDIMScheduler(**DDIM))
    folder.case(pipe, 'i2i_imgs2', dict(prompt='a tree', image=picture(32, 32), num_inference_steps=6, strength=0.5, num_images_per_prompt=2), 5, DDIMScheduler(**DDIM))
    folder.done()

    folder, make, _ = sdxl('inpaint', 30, unet_options=dict(in_channels=9))
    pipe = make(StableDiffusionXLInpaintPipeline)
    folder.case(pipe, 'euler_4', dict(**common, num_inference_steps=4), 1, euler())
    folder.case(pipe, 'ddim_5_st1', dict(**common, num_inference_steps=5, strength=1.0, negative_prompt='bad'), 2, DDIMScheduler(**DDIM))
    folder.case(pipe, 'euler_5_st06', dict(**common, num_inference_steps=5, strength=0.6, guidance_scale=1.0), 3, euler())
    folder.done()

    folder, make, _ = sdxl('turbo', 40)
    pipe = make(StableDiffusionXLPipeline)
    turbo = dict(SCALED, timestep_spacing='trailing')
    folder.case(pipe, 'euler_a_1', dict(prompt='a cat', num_inference_steps=1, guidance_scale=0.0), 1, EulerAncestralDiscreteScheduler(**turbo))
    folder.case(pipe, 'euler_a_4', dict(prompt='a cat', num_inference_steps=4, guidance_scale=0.0), 2, EulerAncestralDiscreteScheduler(**turbo))
    folder.case(pipe, 'lcm_4', dict(prompt='a cat', num_inference_steps=4, guidance_scale=1.0), 3, LCMScheduler(**SCALED))
    folder.case(make(StableDiffusionXLImg2ImgPipeline, requires_aesthetics_score=False), 'i2i_euler_a_2', dict(prompt='a cat', image=picture(32, 32), strength=0.5, num_inference_steps=4, guidance_scale=0.0), 4, EulerAncestralDiscreteScheduler(**turbo))
    folder.done()
