"""Flux: packed latents with positions, guidance as an input, T5's words and CLIP's pooled state, shift by the size of the picture. See kit.py."""
import sys
from kit import *
from sd3 import CLIP_OUTPUTS, IDS, Named, Words, clip, t5
from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler as Euler, FluxImg2ImgPipeline, FluxInpaintPipeline, FluxPipeline, FluxTransformer2DModel
from transformers import CLIPTextModel

def flux(root, name, seed, guidance, shift, cases, **export):
    folder = Folder(f'{root}/{name}')
    one, two = clip_tokenizer(folder), t5_tokenizer(folder, 'tokenizer_2')
    text, words = clip(seed, one, 16, 16, kind=CLIPTextModel), t5(seed + 1, two, 32)
    auto = seeded(AutoencoderKL(block_out_channels=(8, 16), down_block_types=('DownEncoderBlock2D',) * 2, up_block_types=('UpDecoderBlock2D',) * 2, latent_channels=4, norm_num_groups=4,
                                layers_per_block=1, sample_size=32, scaling_factor=0.3611, shift_factor=0.1159, use_quant_conv=False, use_post_quant_conv=False), seed + 2, out=0.3)
    transformer = seeded(FluxTransformer2DModel(patch_size=1, in_channels=16, num_layers=1, num_single_layers=2, attention_head_dim=16, num_attention_heads=2, joint_attention_dim=32, pooled_projection_dim=16,
                                                guidance_embeds=guidance, axes_dims_rope=(4, 6, 6)), seed + 3, out=0.5)
    folder.export('text_encoder', Text(text, ['last_hidden_state', 'pooler_output']), text.config, IDS, ['last_hidden_state', 'pooler_output'], opset=14)
    folder.export('text_encoder_2', Words(words), words.config, IDS, ['last_hidden_state'], **export)
    names = ['hidden_states', 'encoder_hidden_states', 'pooled_projections', 'timestep', 'txt_ids', 'img_ids', *(['guidance'] if guidance else [])]
    inputs = dict(hidden_states=(2, 30, 16), encoder_hidden_states=(2, 20, 32), pooled_projections=(2, 16), timestep=torch.tensor([0.9, 0.5]), txt_ids=torch.zeros(20, 3), img_ids=torch.rand(30, 3), guidance=torch.tensor([3.5, 3.5]))
    folder.export('transformer', Named(transformer, names), transformer.config, {k: inputs[k] for k in names}, ['out_hidden_states'], **export)
    folder.export('vae_encoder', Encoder(auto), auto.config, dict(sample=(1, 3, 32, 32)), ['latent_parameters'])
    folder.export('vae_decoder', Decoder(auto), auto.config, dict(latent_sample=(1, 4, 16, 16)), ['sample'])
    folder.component('transformer', 'b1', hidden_states=('closed(k=0)', (1, 12, 16)), encoder_hidden_states=('closed(k=1)', (1, 9, 32)), pooled_projections=('closed(k=2)', (1, 16)), timestep=('[0.5]', (1,)),
                     txt_ids=('0', (9, 3)), img_ids=('closed(k=3)', (12, 3)), **({'guidance': ('[2.0]', (1,))} if guidance else {}))
    parts = dict(vae=auto, text_encoder=text, tokenizer=one, text_encoder_2=words, tokenizer_2=two, transformer=transformer)
    folder.index('FluxPipeline', scheduler=Euler(**shift), image_encoder=None, feature_extractor=None, **parts)
    cases(folder, parts, Euler(**shift))
    folder.done()

def dev(folder, parts, scheduler):
    pipe = FluxPipeline(scheduler=scheduler, **parts)
    size = dict(height=32, width=32)
    folder.case(pipe, 'euler_4_s0', dict(prompt='a photo of a cat', num_inference_steps=4, **size), 0, steps=True)
    folder.case(pipe, 'euler_4_wide', dict(prompt='a red cube', prompt_2='a blue house in winter', num_inference_steps=4, guidance_scale=7.0, height=24, width=48, max_sequence_length=64), 1)
    folder.case(pipe, 'euler_3_imgs2_true', dict(prompt=['a red cube', 'a small dog'], negative_prompt=['blurry', 'low'], true_cfg_scale=3.0, num_inference_steps=3, num_images_per_prompt=2, max_sequence_length=32, **size), 2)
    folder.case(pipe, 'euler_2_sigmas', dict(prompt='a red cube', num_inference_steps=2, sigmas=[1.0, 0.4], max_sequence_length=16, **size), 3)
    i2i = FluxImg2ImgPipeline(scheduler=scheduler, **parts)
    folder.case(i2i, 'i2i_euler_6', dict(prompt='a red cube', image=picture(32, 32), num_inference_steps=6, max_sequence_length=16, **size), 4)
    folder.case(i2i, 'i2i_euler_4_st0.9', dict(prompt='a red cube', image=picture(32, 32), num_inference_steps=4, strength=0.9, guidance_scale=2.0, max_sequence_length=16, **size), 5)
    paint = FluxInpaintPipeline(scheduler=scheduler, **parts)
    folder.case(paint, 'inpaint_euler_5', dict(prompt='a red cube', image=picture(32, 32), mask_image=mask(32, 32, (8, 8, 24, 20)), num_inference_steps=5, max_sequence_length=16, **size), 6)

def schnell(folder, parts, scheduler):
    pipe = FluxPipeline(scheduler=scheduler, **parts)
    folder.case(pipe, 'euler_4_s0', dict(prompt='a photo of a cat', num_inference_steps=4, guidance_scale=0.0, max_sequence_length=256, height=32, width=32), 0)
    folder.case(pipe, 'euler_1', dict(prompt='a photo of a cat', num_inference_steps=1, max_sequence_length=16, height=32, width=40), 1)

if __name__ == '__main__':
    shift = dict(use_dynamic_shifting=True, shift=3.0, base_shift=0.5, max_shift=1.15, base_image_seq_len=256, max_image_seq_len=4096)
    flux(sys.argv[1], 'flux', 31, True, shift, dev, opset=18, dynamo=True)
    flux(sys.argv[1], 'flux-schnell', 41, False, dict(shift=1.0), schnell, opset=20, dynamo=True)
    flux(sys.argv[1], 'flux-23', 51, False, dict(shift=1.0), schnell, opset=23, dynamo=True)
