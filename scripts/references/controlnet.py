"""ControlNet with Stable Diffusion and SDXL: one and several, scales, shares of the run, guess mode; and with a picture or a mask beside it. See kit.py."""
import sys
from stable import *
from sd1 import PNDM
from diffusers import (ControlNetModel, DDIMScheduler, EulerDiscreteScheduler, MultiControlNetModel, PNDMScheduler, StableDiffusionControlNetImg2ImgPipeline, StableDiffusionControlNetInpaintPipeline,
                       StableDiffusionControlNetPipeline, StableDiffusionXLControlNetPipeline, UniPCMultistepScheduler)
from diffusers.models.controlnets.controlnet import ControlNetModel

class Control(torch.nn.Module):
    def __init__(self, net, *names):
        super().__init__()
        self.net, self.names = net, names
    def forward(self, sample, timestep, encoder_hidden_states, controlnet_cond, conditioning_scale, *more):
        added = dict(zip(self.names, more))
        down, mid = self.net(sample, timestep, encoder_hidden_states, controlnet_cond, conditioning_scale, added_cond_kwargs=added or None, return_dict=False)
        return (*down, mid)

def control_net(seed, denoiser):
    """As many blocks as the U-Net has; its last convolutions, zero at first, are drawn like the others."""
    return seeded(ControlNetModel.from_unet(denoiser, conditioning_embedding_out_channels=(8, 16), load_weights_from_unet=False), seed)

def shapes_of(net, extra):
    down, mid = net(torch.zeros(2, 4, 16, 16), 1, torch.zeros(2, 77, net.config.cross_attention_dim), torch.zeros(2, 3, 32, 32), added_cond_kwargs={k: torch.zeros(v) for k, v in extra.items()} or None, return_dict=False)
    return {**{f'down_block_{i}': tuple(d.shape) for i, d in enumerate(down)}, 'mid_block': tuple(mid.shape)}

def export_controls(folder, nets, extra={}, **how):
    outputs = list(shapes_of(nets[0], extra))
    for i, net in enumerate(nets):
        inputs = dict(sample=(2, 4, 16, 16), timestep=FLOAT, encoder_hidden_states=(2, 77, net.config.cross_attention_dim), controlnet_cond=(2, 3, 32, 32), conditioning_scale=torch.tensor(1.0), **extra)
        folder.export(f'controlnet_{i}' if i else 'controlnet', Control(net, *extra), net.config, inputs, outputs, **how)

if __name__ == '__main__':
    photo, edges, depth = picture(32, 32), picture(32, 32, 2), picture(32, 32, 4)
    folder = Folder(f'{sys.argv[1]}/sd1-control')
    tokenizer = clip_tokenizer(folder)
    text, auto, denoiser = text_encoder(200, tokenizer), vae(201), unet(202)
    nets = [control_net(203, denoiser), control_net(204, denoiser)]
    folder.index('StableDiffusionControlNetPipeline', scheduler=PNDMScheduler(**PNDM), text_encoder=text, tokenizer=tokenizer, unet=denoiser, vae=auto, controlnet=nets[0], safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    export_text(folder, text)
    export_unet(folder, denoiser, extra=shapes_of(nets[0], {}))
    export_vae(folder, auto)
    export_controls(folder, nets)
    folder.component('controlnet', 'b2', sample=('closed(k=0)', (2, 4, 16, 8)), timestep=('981', ()), encoder_hidden_states=('closed(k=1)', (2, 77, 32)), controlnet_cond=('abs(closed(k=2))', (2, 3, 32, 16)), conditioning_scale=('0.7', ()))
    parts = (auto, text, tokenizer, denoiser)
    rest = (PNDMScheduler(**PNDM), None, None)
    pipe = StableDiffusionControlNetPipeline(*parts, nets[0], *rest, requires_safety_checker=False)
    folder.case(pipe, 'ddim_4', dict(prompt='a cat', image=edges, num_inference_steps=4), 1, DDIMScheduler(**DDIM))
    folder.case(pipe, 'unipc_5_scale', dict(prompt='a cat', negative_prompt='bad', image=edges, num_inference_steps=5, controlnet_conditioning_scale=0.4, num_images_per_prompt=2), 2, UniPCMultistepScheduler(**SCALED))
    folder.case(pipe, 'pndm_6_part', dict(prompt='a cat', image=edges, num_inference_steps=6, control_guidance_start=0.2, control_guidance_end=0.7), 3, PNDMScheduler(**PNDM))
    folder.case(pipe, 'ddim_4_guess', dict(prompt='', image=edges, num_inference_steps=4, guess_mode=True, guidance_scale=3.0), 4, DDIMScheduler(**DDIM))
    folder.case(pipe, 'ddim_4_guess_g1', dict(prompt='a cat', image=edges, num_inference_steps=4, guess_mode=True, guidance_scale=1.0, controlnet_conditioning_scale=0.8), 5, DDIMScheduler(**DDIM))
    folder.case(pipe, 'ddim_3_images', dict(prompt=['a cat', 'a dog'], image=[edges, depth], num_inference_steps=3), 6, DDIMScheduler(**DDIM))
    folder.case(pipe, 'euler_4_rect', dict(prompt='a cat', image=picture(60, 40, 2), height=32, width=48, num_inference_steps=4), 7, EulerDiscreteScheduler(**SCALED))
    image = StableDiffusionControlNetImg2ImgPipeline(*parts, nets[0], *rest, requires_safety_checker=False)
    folder.case(image, 'i2i_ddim_5', dict(prompt='a cat', image=photo, control_image=edges, num_inference_steps=5), 8, DDIMScheduler(**DDIM))
    paint = StableDiffusionControlNetInpaintPipeline(*parts, nets[0], *rest, requires_safety_checker=False)
    folder.case(paint, 'inpaint_ddim_5', dict(prompt='a cat', image=photo, mask_image=mask(32, 32, (6, 8, 25, 23)), control_image=edges, strength=0.7, num_inference_steps=5), 9, DDIMScheduler(**DDIM))
    several = StableDiffusionControlNetPipeline(*parts, MultiControlNetModel(nets), *rest, requires_safety_checker=False)
    folder.case(several, 'multi_ddim_4', dict(prompt='a cat', image=[edges, depth], controlnet_conditioning_scale=[0.8, 0.3], control_guidance_start=[0.0, 0.3], control_guidance_end=[0.6, 1.0], num_inference_steps=4), 10, DDIMScheduler(**DDIM))
    folder.done()

    folder = Folder(f'{sys.argv[1]}/sdxl-control')
    one_tokens, two_tokens = clip_tokenizer(folder), clip_tokenizer(folder, 'tokenizer_2', pad='!')
    one, two, auto = text_encoder(210, one_tokens, 32, 2), text_encoder(211, two_tokens, 16, 3, projection=24, act='gelu'), vae(212, scaling=0.13025)
    denoiser = unet(213, 48, attention=(False, True), use_linear_projection=True, addition_embed_type='text_time', addition_time_embed_dim=8, projection_class_embeddings_input_dim=24 + 8 * 6)
    net, extra = control_net(214, denoiser), dict(text_embeds=(2, 24), time_ids=(2, 6))
    EULER = dict(SCALED, steps_offset=1, timestep_spacing='leading')
    folder.index('StableDiffusionXLControlNetPipeline', scheduler=EulerDiscreteScheduler(**EULER), text_encoder=one, text_encoder_2=two, tokenizer=one_tokens, tokenizer_2=two_tokens, unet=denoiser, vae=auto, controlnet=net,
                 force_zeros_for_empty_prompt=True, feature_extractor=None, image_encoder=None)
    export_text(folder, one), export_text(folder, two, 'text_encoder_2'), export_vae(folder, auto)
    export_unet(folder, denoiser, extra=dict(extra, **shapes_of(net, extra)))
    export_controls(folder, [net], extra)
    pipe = StableDiffusionXLControlNetPipeline(auto, one, two, one_tokens, two_tokens, denoiser, net, EulerDiscreteScheduler(**EULER), force_zeros_for_empty_prompt=True, add_watermarker=False)
    folder.case(pipe, 'euler_4', dict(prompt='a cat', prompt_2='a dog', image=edges, num_inference_steps=4, controlnet_conditioning_scale=0.5), 1, EulerDiscreteScheduler(**EULER))
    folder.case(pipe, 'ddim_5_part_sizes', dict(prompt='a cat', image=edges, num_inference_steps=5, control_guidance_end=0.5, original_size=(50, 60), crops_coords_top_left=(4, 2)), 2, DDIMScheduler(**DDIM))
    folder.case(pipe, 'ddim_4_guess', dict(prompt='a cat', image=edges, num_inference_steps=4, guess_mode=True, guidance_scale=3.0), 3, DDIMScheduler(**DDIM))
    folder.done()
