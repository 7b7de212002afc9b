"""Stable Diffusion 2: v-prediction, rescaled betas, padding with token 0, the last text layer but one. See kit.py."""
import sys
from kit import *
from diffusers import AutoencoderKL, DDIMScheduler, EulerDiscreteScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

def text_encoder(seed, tokenizer, width=32, layers=3):
    config = CLIPTextConfig(vocab_size=len(tokenizer), hidden_size=width, intermediate_size=2 * width, num_hidden_layers=layers, num_attention_heads=4, max_position_embeddings=77,
                            bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id, attn_implementation='eager')
    encoder = seeded(CLIPTextModel(config), seed)
    # Pipelines look for the final normalisation there; a plain attribute, since a module cannot hold itself.
    object.__setattr__(encoder, 'text_model', encoder)
    return encoder

def vae(seed, channels=4, widths=(8, 16), scaling=0.18215):
    return seeded(AutoencoderKL(block_out_channels=widths, down_block_types=('DownEncoderBlock2D',) * len(widths), up_block_types=('UpDecoderBlock2D',) * len(widths),
                                latent_channels=channels, norm_num_groups=4, layers_per_block=1, sample_size=32, scaling_factor=scaling), seed, out=0.3)

if __name__ == '__main__':
    folder = Folder(f'{sys.argv[1]}/sd2-v')
    tokenizer = clip_tokenizer(folder, pad='!')
    text, auto = text_encoder(1, tokenizer), vae(2)
    unet = seeded(UNet2DConditionModel(sample_size=16, block_out_channels=(16, 32), down_block_types=('CrossAttnDownBlock2D', 'DownBlock2D'), up_block_types=('UpBlock2D', 'CrossAttnUpBlock2D'),
                                       layers_per_block=1, cross_attention_dim=32, attention_head_dim=4, norm_num_groups=4, use_linear_projection=True), 3, out=0.5)
    ddim = dict(beta_start=0.00085, beta_end=0.012, beta_schedule='scaled_linear', clip_sample=False, set_alpha_to_one=False, steps_offset=1, prediction_type='v_prediction')
    folder.index('StableDiffusionPipeline', scheduler=DDIMScheduler(**ddim), text_encoder=text, tokenizer=tokenizer, unet=unet, vae=auto, safety_checker=None, feature_extractor=None)
    outputs = ['last_hidden_state', 'pooler_output', *[f'hidden_states.{i}' for i in range(4)]]
    folder.export('text_encoder', Text(text, outputs), text.config, dict(input_ids=torch.ones(1, 77, dtype=torch.int64)), outputs, opset=14)
    folder.export('unet', UNet(unet), unet.config, dict(sample=(2, 4, 16, 16), timestep=FLOAT, encoder_hidden_states=(2, 77, 32)), ['out_sample'])
    folder.export('vae_encoder', Encoder(auto), auto.config, dict(sample=(1, 3, 32, 32)), ['latent_parameters'])
    folder.export('vae_decoder', Decoder(auto), auto.config, dict(latent_sample=(1, 4, 16, 16)), ['sample'])
    folder.component('text_encoder', 'prompt', input_ids=tokens(tokenizer, ['a photo of a cat!', ''], 77))
    folder.component('unet', 'b2', sample=('closed(k=0)', (2, 4, 16, 8)), timestep=('981', ()), encoder_hidden_states=('closed(k=1)', (2, 77, 32)))
    folder.component('vae_decoder', 'b1', latent_sample=('closed(k=2)', (1, 4, 8, 8)))
    pipe = StableDiffusionPipeline(auto, text, tokenizer, unet, DDIMScheduler(**ddim), None, None, requires_safety_checker=False)
    zero = dict(ddim, rescale_betas_zero_snr=True, timestep_spacing='trailing')
    folder.case(pipe, 'ddim_5_s1', dict(prompt='a photo of a cat!', num_inference_steps=5, negative_prompt='blurry'), 1, DDIMScheduler(**ddim))
    folder.case(pipe, 'ddim_5_zero_rescale', dict(prompt='a red cube', num_inference_steps=5, guidance_scale=7.5, guidance_rescale=0.7), 2, DDIMScheduler(**zero))
    folder.case(pipe, 'ddim_4_imgs2_eta', dict(prompt=['a red cube', 'a blue house'], num_inference_steps=4, eta=1.0, num_images_per_prompt=2), 3, DDIMScheduler(**zero))
    folder.case(pipe, 'euler_5_zero', dict(prompt='a big dog', num_inference_steps=5, guidance_rescale=0.5), 4, EulerDiscreteScheduler(**{k: v for k, v in zero.items() if k not in ('clip_sample', 'set_alpha_to_one')}))
    folder.case(pipe, 'ddim_4_clip_skip1', dict(prompt='a small tree', num_inference_steps=4, clip_skip=1), 5, DDIMScheduler(**ddim))
    folder.done()
