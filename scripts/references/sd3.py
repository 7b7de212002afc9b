"""Stable Diffusion 3: two CLIP encoders with projections, T5 present and absent, rectified flow with fixed and with dynamic shift. See kit.py."""
import sys
from kit import *
from stable import vae
from diffusers import (AutoencoderKL, FlowMatchEulerDiscreteScheduler, FlowMatchHeunDiscreteScheduler, SD3Transformer2DModel, StableDiffusion3Img2ImgPipeline, StableDiffusion3InpaintPipeline,
                       StableDiffusion3Pipeline)
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, T5Config, T5EncoderModel

class Named(torch.nn.Module):
    """A network whose inputs are handed over by name, in the order of `names`; `nested` go into added_cond_kwargs."""
    def __init__(self, module, names, nested=()):
        super().__init__()
        self.module, self.names, self.nested = module, names, nested
    def forward(self, *tensors):
        given = dict(zip(self.names, tensors))
        if self.nested: given['added_cond_kwargs'] = {k: given.pop(k) for k in self.nested}
        return self.module(**given, return_dict=False)[0]

class Words(torch.nn.Module):
    """T5's encoder, told which tokens are padding where it is given a mask."""
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
    def forward(self, input_ids, attention_mask=None):
        return self.encoder(input_ids.long(), attention_mask=attention_mask)[0]

def clip(seed, tokenizer, width, projection, kind=CLIPTextModelWithProjection, act='quick_gelu'):
    config = CLIPTextConfig(vocab_size=len(tokenizer), hidden_size=width, intermediate_size=2 * width, num_hidden_layers=3, num_attention_heads=4, max_position_embeddings=77, projection_dim=projection,
                            hidden_act=act, bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id, attn_implementation='eager')
    return seeded(kind(config), seed)

def t5(seed, tokenizer, width):
    config = T5Config(vocab_size=len(tokenizer), d_model=width, d_kv=8, d_ff=2 * width, num_layers=2, num_heads=4, feed_forward_proj='gated-gelu', attn_implementation='eager')
    return seeded(T5EncoderModel(config), seed)

CLIP_OUTPUTS = ['text_embeds', 'last_hidden_state', *[f'hidden_states.{i}' for i in range(4)]]
IDS = dict(input_ids=torch.ones(1, 77, dtype=torch.int64))

def export_clip(folder, name, encoder, **how):
    folder.export(name, Text(encoder, CLIP_OUTPUTS), encoder.config, IDS, CLIP_OUTPUTS, **how)

def parts_of(folder, transformer, seed=1, third=True, **export):
    """Everything but the scheduler, exported; answers what the pipelines are made of."""
    one, two = clip_tokenizer(folder), clip_tokenizer(folder, 'tokenizer_2', pad='!')
    three = t5_tokenizer(folder, 'tokenizer_3') if third else None
    encoders = [clip(seed, one, 16, 16), clip(seed + 1, two, 24, 24, act='gelu'), t5(seed + 2, three, 48) if third else None]
    auto = seeded(AutoencoderKL(block_out_channels=(8, 16), down_block_types=('DownEncoderBlock2D',) * 2, up_block_types=('UpDecoderBlock2D',) * 2, latent_channels=16, norm_num_groups=4,
                                layers_per_block=1, sample_size=32, scaling_factor=1.5305, shift_factor=0.0609, use_quant_conv=False, use_post_quant_conv=False), seed + 3, out=0.3)
    export_clip(folder, 'text_encoder', encoders[0], opset=14)
    export_clip(folder, 'text_encoder_2', encoders[1], opset=17)
    if third: folder.export('text_encoder_3', Words(encoders[2]), encoders[2].config, dict(input_ids=torch.ones(1, 77, dtype=torch.int64)), ['last_hidden_state'], **export)
    names = ['hidden_states', 'encoder_hidden_states', 'pooled_projections', 'timestep']
    folder.export('transformer', Named(transformer, names), transformer.config, dict(hidden_states=(2, 16, 16, 16), encoder_hidden_states=(2, 20, 48), pooled_projections=(2, 40), timestep=torch.tensor([981.0, 981.0])), ['out_hidden_states'], **export)
    folder.export('vae_encoder', Encoder(auto), auto.config, dict(sample=(1, 3, 32, 32)), ['latent_parameters'])
    folder.export('vae_decoder', Decoder(auto), auto.config, dict(latent_sample=(1, 16, 16, 16)), ['sample'])
    folder.component('transformer', 'b2', hidden_states=('closed(k=0)', (2, 16, 16, 12)), encoder_hidden_states=('closed(k=1)', (2, 30, 48)), pooled_projections=('closed(k=2)', (2, 40)), timestep=('[981, 500]', (2,)))
    return dict(vae=auto, text_encoder=encoders[0], tokenizer=one, text_encoder_2=encoders[1], tokenizer_2=two, text_encoder_3=encoders[2], tokenizer_3=three, transformer=transformer)

def transformer(seed, **more):
    return seeded(SD3Transformer2DModel(**{**dict(sample_size=16, patch_size=2, in_channels=16, num_layers=2, attention_head_dim=8, num_attention_heads=4, joint_attention_dim=48, caption_projection_dim=32,
                                                  pooled_projection_dim=40, out_channels=16, pos_embed_max_size=24), **more}), seed, out=0.5)

Euler = FlowMatchEulerDiscreteScheduler

def with_t5(root):
    folder = Folder(f'{root}/sd3-t5')
    parts = parts_of(folder, transformer(7, qk_norm='rms_norm', dual_attention_layers=(0,)), opset=18, dynamo=True)
    folder.index('StableDiffusion3Pipeline', scheduler=Euler(shift=3.0), image_encoder=None, feature_extractor=None, **parts)
    pipe = StableDiffusion3Pipeline(scheduler=Euler(shift=3.0), **parts)
    folder.case(pipe, 'euler_4_s0', dict(prompt='a photo of a cat', num_inference_steps=4), 0, Euler(shift=3.0))
    folder.case(pipe, 'euler_4_neg_others', dict(prompt='a red cube!', prompt_2='a blue house', prompt_3='winter tree', negative_prompt='blurry', negative_prompt_2='low', negative_prompt_3='bad night',
                                                 num_inference_steps=4, guidance_scale=5.0, max_sequence_length=77, height=24, width=40), 1, Euler(shift=3.0))
    folder.case(pipe, 'euler_3_imgs2_skip', dict(prompt=['a red cube', 'a small dog on a tree'], num_inference_steps=3, num_images_per_prompt=2, clip_skip=1, guidance_scale=3.0, max_sequence_length=32), 2, Euler(shift=1.0))
    folder.case(pipe, 'euler_4_long', dict(prompt='a big quality house in winter, high and detailed (photo) ' * 9, num_inference_steps=4, guidance_scale=1.0), 3, Euler(shift=3.0))
    folder.done()

def without_t5(root):
    folder = Folder(f'{root}/sd3')
    parts = parts_of(folder, transformer(8), seed=11, third=False, opset=17)
    shift = dict(use_dynamic_shifting=True, base_shift=0.5, max_shift=1.15, base_image_seq_len=64, max_image_seq_len=1024)
    folder.index('StableDiffusion3Pipeline', scheduler=Euler(shift=3.0), image_encoder=None, feature_extractor=None, **parts)
    pipe = StableDiffusion3Pipeline(scheduler=Euler(shift=3.0), **parts)
    folder.case(pipe, 'euler_4_s0', dict(prompt='a photo of a cat', num_inference_steps=4), 0, Euler(shift=3.0), steps=True)
    folder.case(pipe, 'euler_4_dynamic', dict(prompt='a red cube', num_inference_steps=4, height=48, width=32, guidance_scale=4.0), 1, Euler(**shift))
    folder.case(pipe, 'euler_4_mu_terminal', dict(prompt='a red cube', num_inference_steps=4, mu=0.8), 2, Euler(**shift, shift_terminal=0.1, time_shift_type='linear'))
    folder.case(pipe, 'euler_5_karras_g1', dict(prompt='a red cube', num_inference_steps=5, guidance_scale=1.0), 3, Euler(shift=3.0, use_karras_sigmas=True))
    folder.case(pipe, 'euler_3_sigmas', dict(prompt='a red cube', num_inference_steps=3, sigmas=[1.0, 0.7, 0.3]), 4, Euler(shift=2.0))
    folder.case(pipe, 'euler_3_genlist', dict(prompt=['a red cube', 'a blue dog'], num_inference_steps=3), [5, 6], Euler(shift=3.0))
    folder.case(pipe, 'heun_3', dict(prompt='a red cube', num_inference_steps=3), 7, FlowMatchHeunDiscreteScheduler(shift=3.0))
    folder.case(pipe, 'euler_4_tokens', dict(prompt='a red cube', num_inference_steps=4, max_sequence_length=10), 8, Euler(shift=3.0))
    torch.manual_seed(0)
    embeds = {k: torch.from_numpy(closed(s, i)) for i, (k, s) in enumerate(dict(prompt_embeds=(2, 90, 48), negative_prompt_embeds=(2, 90, 48), pooled_prompt_embeds=(2, 40), negative_pooled_prompt_embeds=(2, 40)).items())}
    folder.case(pipe, 'euler_3_embeds', dict(num_inference_steps=3, **embeds), 9, Euler(shift=3.0))
    i2i = StableDiffusion3Img2ImgPipeline(scheduler=Euler(shift=3.0), **parts)
    folder.case(i2i, 'i2i_euler_6', dict(prompt='a red cube', image=picture(32, 32), num_inference_steps=6), 10, Euler(shift=3.0))
    folder.case(i2i, 'i2i_euler_5_st0.35', dict(prompt='a red cube', image=picture(48, 48), height=32, width=32, num_inference_steps=5, strength=0.35, guidance_scale=2.0), 11, Euler(**shift))
    folder.case(i2i, 'i2i_euler_3_st1', dict(prompt='a red cube', image=picture(32, 32), num_inference_steps=3, strength=1.0), 12, Euler(shift=3.0))
    paint = StableDiffusion3InpaintPipeline(scheduler=Euler(shift=3.0), **parts)
    box = mask(32, 32, (8, 8, 24, 20))
    folder.case(paint, 'inpaint_euler_5_st0.6', dict(prompt='a red cube', image=picture(32, 32), mask_image=box, height=32, width=32, num_inference_steps=5), 13, Euler(shift=3.0))
    folder.case(paint, 'inpaint_euler_4_st1', dict(prompt='a red cube', image=picture(32, 32), mask_image=box, height=32, width=32, num_inference_steps=4, strength=1.0), 14, Euler(shift=3.0))
    folder.done()

def newest(root):
    """Opset 23 of the newer exporter, whose graphs have Attention and RMSNormalization; weights in single files."""
    folder = Folder(f'{root}/sd3-23')
    parts = parts_of(folder, transformer(9, qk_norm='rms_norm', num_layers=1), seed=21, opset=23, dynamo=True, external='weights.bin')
    folder.index('StableDiffusion3Pipeline', scheduler=Euler(shift=3.0), image_encoder=None, feature_extractor=None, **parts)
    pipe = StableDiffusion3Pipeline(scheduler=Euler(shift=3.0), **parts)
    folder.case(pipe, 'euler_3_s0', dict(prompt='a photo of a cat', num_inference_steps=3, max_sequence_length=64), 0, Euler(shift=3.0))
    folder.done()

if __name__ == '__main__':
    for make in (without_t5, with_t5, newest): make(sys.argv[1])
