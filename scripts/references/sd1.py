"""Stable Diffusion 1: image to image, inpainting (4 and 9 channels), InstructPix2Pix (8 channels), latent consistency, a tiny autoencoder. See kit.py."""
import sys
from stable import *
from diffusers import (AutoencoderTiny, DDIMScheduler, DPMSolverMultistepScheduler, EulerAncestralDiscreteScheduler, EulerDiscreteScheduler, HeunDiscreteScheduler, LCMScheduler, LatentConsistencyModelImg2ImgPipeline,
                       LatentConsistencyModelPipeline, PNDMScheduler, StableDiffusionImg2ImgPipeline, StableDiffusionInpaintPipeline, StableDiffusionInstructPix2PixPipeline, StableDiffusionPipeline, UniPCMultistepScheduler)

PNDM = dict(SCALED, skip_prk_steps=True, set_alpha_to_one=False, steps_offset=1)

def folder_of(name, pipeline, seed, timestep=FLOAT, extra=(), auto=None, states=True, opset=17, external=None, kind=torch.int64, dynamo=False, **options):
    """A folder of the one-encoder design, and the arguments of its pipelines."""
    folder = Folder(f'{sys.argv[1]}/{name}')
    tokenizer = clip_tokenizer(folder)
    text, auto, denoiser = text_encoder(seed, tokenizer), auto or vae(seed + 1), unet(seed + 2, **options)
    folder.index(pipeline, scheduler=PNDMScheduler(**PNDM), text_encoder=text, tokenizer=tokenizer, unet=denoiser, vae=auto, safety_checker=None, feature_extractor=None, image_encoder=None, requires_safety_checker=False)
    how = dict(opset=opset, external=external, dynamo=dynamo)
    export_text(folder, text, states=states, kind=kind, **how)
    export_unet(folder, denoiser, timestep, extra, **how)
    export_vae(folder, auto, **how)
    return folder, (auto, text, tokenizer, denoiser, PNDMScheduler(**PNDM), None, None), dict(requires_safety_checker=False)

if __name__ == '__main__':
    photo, hole, soft = picture(32, 32), mask(32, 32, (6, 8, 25, 23)), Image.fromarray((np.add.outer(np.arange(32), np.arange(32)) * 4).astype(np.uint8))
    folder, parts, more = folder_of('sd1', 'StableDiffusionPipeline', 100)
    pipe, image, paint = (c(*parts, **more) for c in (StableDiffusionPipeline, StableDiffusionImg2ImgPipeline, StableDiffusionInpaintPipeline))
    folder.case(pipe, 'pndm_6', dict(prompt='a cat', num_inference_steps=6), 1, PNDMScheduler(**PNDM))
    folder.case(pipe, 'heun_4', dict(prompt='a cat', num_inference_steps=4, guidance_scale=3.0), 2, HeunDiscreteScheduler(**SCALED))
    folder.case(pipe, 'ddim_4_clip_skip', dict(prompt='a cat', num_inference_steps=4, clip_skip=2), 3, DDIMScheduler(**DDIM))
    embeds = {k: torch.from_numpy(closed((2, 77, 32), i)) for i, k in enumerate(('prompt_embeds', 'negative_prompt_embeds'))}
    folder.case(pipe, 'ddim_4_embeds2', dict(**embeds, num_inference_steps=4, num_images_per_prompt=2), 4, DDIMScheduler(**DDIM))
    folder.case(pipe, 'ddim_4_batch_neg', dict(prompt=['a cat', 'a dog'], negative_prompt=['bad', 'a tree'], num_inference_steps=4, num_images_per_prompt=2, height=24, width=40), 5, DDIMScheduler(**DDIM))
    folder.case(image, 'i2i_pndm_8', dict(prompt='a cat', image=photo, num_inference_steps=8), 6, PNDMScheduler(**PNDM))
    folder.case(image, 'i2i_heun_6', dict(prompt='a cat', image=photo, strength=0.5, num_inference_steps=6), 7, HeunDiscreteScheduler(**SCALED))
    folder.case(image, 'i2i_unipc_6_batch', dict(prompt=['a cat', 'a dog'], image=photo, strength=0.7, num_inference_steps=6, num_images_per_prompt=2), 8, UniPCMultistepScheduler(**SCALED))
    folder.case(image, 'i2i_ddim_6_images', dict(prompt=['a cat', 'a dog'], image=[photo, picture(32, 32, 3)], strength=0.7, num_inference_steps=6), 9, DDIMScheduler(**DDIM))
    folder.case(image, 'i2i_euler_a_6_genlist', dict(prompt='a cat', image=photo, strength=0.7, num_inference_steps=6, num_images_per_prompt=2), [10, 11], EulerAncestralDiscreteScheduler(**SCALED))
    folder.case(image, 'i2i_latents', dict(prompt='a cat', image=torch.from_numpy(closed((1, 4, 16, 16), 5)), strength=0.5, num_inference_steps=6), 12, DDIMScheduler(**DDIM))
    folder.case(image, 'i2i_resized', dict(prompt='a cat', image=picture(45, 41), strength=0.5, num_inference_steps=6), 13, DDIMScheduler(**DDIM))
    folder.case(paint, 'inpaint_ddim_5', dict(prompt='a cat', image=photo, mask_image=hole, height=32, width=32, num_inference_steps=5), 14, DDIMScheduler(**DDIM))
    folder.case(paint, 'inpaint_euler_6', dict(prompt='a cat', image=photo, mask_image=soft, height=32, width=32, strength=0.6, num_inference_steps=6, guidance_scale=1.0), 15, EulerDiscreteScheduler(**SCALED))
    folder.case(paint, 'inpaint_heun_5', dict(prompt='a cat', image=photo, mask_image=hole, height=32, width=32, strength=0.7, num_inference_steps=5, num_images_per_prompt=2), 16, HeunDiscreteScheduler(**SCALED))
    folder.case(paint, 'inpaint_resized', dict(prompt='a cat', image=picture(48, 48), mask_image=mask(48, 48, (9, 10, 37, 36)), height=32, width=32, strength=0.7, num_inference_steps=5), 17, DPMSolverMultistepScheduler(**SCALED))
    folder.done()

    folder, parts, more = folder_of('sd1-inpaint', 'StableDiffusionInpaintPipeline', 110, INT64, opset=14, external='weights.data', in_channels=9)
    paint = StableDiffusionInpaintPipeline(*parts, **more)
    folder.case(paint, 'ddim_5', dict(prompt='a cat', image=photo, mask_image=hole, height=32, width=32, num_inference_steps=5), 1, DDIMScheduler(**DDIM))
    folder.case(paint, 'pndm_5_st06', dict(prompt='a cat', negative_prompt='bad', image=photo, mask_image=soft, height=32, width=32, strength=0.6, num_inference_steps=5, num_images_per_prompt=2), 2, PNDMScheduler(**PNDM))
    folder.case(paint, 'euler_4_st1', dict(prompt='a cat', image=photo, mask_image=soft, height=32, width=32, strength=1.0, num_inference_steps=4), 3, EulerDiscreteScheduler(**SCALED))
    folder.case(paint, 'ddim_4_rect', dict(prompt='a cat', image=picture(48, 32), mask_image=mask(48, 32, (6, 8, 25, 23)), height=32, width=48, strength=0.8, num_inference_steps=4), 4, DDIMScheduler(**DDIM))
    folder.done()

    folder, parts, more = folder_of('sd1-edit', 'StableDiffusionInstructPix2PixPipeline', 120, in_channels=8, kind=torch.int32)
    edit = StableDiffusionInstructPix2PixPipeline(*parts, **more)
    folder.case(edit, 'euler_a_5', dict(prompt='make it a dog', image=photo, num_inference_steps=5), 1, EulerAncestralDiscreteScheduler(**SCALED))
    folder.case(edit, 'ddim_5_scales', dict(prompt='make it a dog', negative_prompt='bad', image=photo, num_inference_steps=5, guidance_scale=5.0, image_guidance_scale=2.5, num_images_per_prompt=2), 2, DDIMScheduler(**DDIM))
    folder.case(edit, 'ddim_4_g1', dict(prompt='make it a dog', image=photo, num_inference_steps=4, guidance_scale=1.0), 3, DDIMScheduler(**DDIM))
    folder.done()

    folder, parts, more = folder_of('lcm', 'LatentConsistencyModelPipeline', 130, INT64, extra=dict(timestep_cond=(2, 16)), time_cond_proj_dim=16)
    LCM = dict(SCALED, original_inference_steps=50)
    pipe, image = LatentConsistencyModelPipeline(*parts, **more), LatentConsistencyModelImg2ImgPipeline(*parts, **more)
    folder.case(pipe, 'lcm_4', dict(prompt='a cat'), 1, LCMScheduler(**LCM))
    folder.case(pipe, 'lcm_6_g3_original', dict(prompt=['a cat', 'a dog'], num_inference_steps=6, guidance_scale=3.0, original_inference_steps=25), 2, LCMScheduler(**LCM))
    folder.case(pipe, 'lcm_1', dict(prompt='a cat', num_inference_steps=1, guidance_scale=1.0), 3, LCMScheduler(**LCM))
    folder.case(pipe, 'lcm_3_imgs2_clip_skip', dict(prompt='a cat', num_inference_steps=3, num_images_per_prompt=2, clip_skip=1), 4, LCMScheduler(**LCM))
    folder.case(image, 'i2i_lcm_4', dict(prompt='a cat', image=photo), 5, LCMScheduler(**LCM))
    folder.case(image, 'i2i_lcm_3_st05', dict(prompt='a cat', image=photo, strength=0.5, num_inference_steps=3, guidance_scale=5.0, original_inference_steps=40), 6, LCMScheduler(**LCM))
    folder.case(StableDiffusionPipeline(*parts, **more), 'sd_lcm_4', dict(prompt='a cat', num_inference_steps=4, guidance_scale=7.0), 7, LCMScheduler(**LCM))
    folder.done()

    auto = seeded(AutoencoderTiny(encoder_block_out_channels=(8, 8), decoder_block_out_channels=(8, 8), num_encoder_blocks=(1, 2), num_decoder_blocks=(2, 1), latent_channels=4), 140)
    folder, parts, more = folder_of('sd1-taesd', 'StableDiffusionPipeline', 141, auto=auto, states=False)
    pipe, image, paint = (c(*parts, **more) for c in (StableDiffusionPipeline, StableDiffusionImg2ImgPipeline, StableDiffusionInpaintPipeline))
    folder.component('vae_encoder', 'b1', sample=('closed(k=0)', (1, 3, 32, 32)))
    folder.component('vae_decoder', 'b1', latent_sample=('closed(k=0)', (1, 4, 16, 16)))
    folder.case(pipe, 'ddim_4', dict(prompt='a cat', num_inference_steps=4), 1, DDIMScheduler(**DDIM))
    folder.case(image, 'i2i_ddim_5', dict(prompt='a cat', image=photo, strength=0.6, num_inference_steps=5), 2, DDIMScheduler(**DDIM))
    folder.case(paint, 'inpaint_ddim_5', dict(prompt='a cat', image=photo, mask_image=hole, height=32, width=32, strength=0.6, num_inference_steps=5), 3, DDIMScheduler(**DDIM))
    folder.done()
