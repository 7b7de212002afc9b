"""Small networks of the Stable Diffusion families, and their export."""
from kit import *
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

SCALED = dict(beta_start=0.00085, beta_end=0.012, beta_schedule='scaled_linear')
DDIM = dict(SCALED, clip_sample=False, set_alpha_to_one=False, steps_offset=1)

def text_encoder(seed, tokenizer, width=32, layers=3, projection=None, act='quick_gelu'):
    config = CLIPTextConfig(vocab_size=len(tokenizer), hidden_size=width, intermediate_size=2 * width, num_hidden_layers=layers, num_attention_heads=4, max_position_embeddings=77, hidden_act=act,
                            projection_dim=projection or width, bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id, attn_implementation='eager')
    encoder = seeded((CLIPTextModelWithProjection if projection else CLIPTextModel)(config), seed)
    # Pipelines look for the final normalisation there; a plain attribute, since a module cannot hold itself.
    if not projection: object.__setattr__(encoder, 'text_model', encoder)
    return encoder

def vae(seed, channels=4, widths=(8, 16), scaling=0.18215, **more):
    return seeded(AutoencoderKL(block_out_channels=widths, down_block_types=('DownEncoderBlock2D',) * len(widths), up_block_types=('UpDecoderBlock2D',) * len(widths),
                                latent_channels=channels, norm_num_groups=4, layers_per_block=1, sample_size=16 * 2 ** (len(widths) - 1), scaling_factor=scaling, **more), seed, out=0.3)

def unet(seed, cross=32, widths=(8, 16), attention=(True, False), out=0.5, **more):
    config = dict(sample_size=16, block_out_channels=widths, down_block_types=tuple('CrossAttnDownBlock2D' if a else 'DownBlock2D' for a in attention),
                  up_block_types=tuple('CrossAttnUpBlock2D' if a else 'UpBlock2D' for a in reversed(attention)), layers_per_block=1, cross_attention_dim=cross, attention_head_dim=4, norm_num_groups=4)
    return seeded(UNet2DConditionModel(**config | more), seed, out=out)

def export_text(folder, encoder, name='text_encoder', states=True, kind=torch.int64, **how):
    outputs = ['text_embeds' if hasattr(encoder, 'text_projection') else 'pooler_output', 'last_hidden_state']
    if not hasattr(encoder, 'text_projection'): outputs.reverse()
    if states: outputs += [f'hidden_states.{i}' for i in range(encoder.config.num_hidden_layers + 1)]
    folder.export(name, Text(encoder, outputs), encoder.config, dict(input_ids=torch.ones(2, 77, dtype=kind)), outputs, **how)

def export_unet(folder, model, timestep=FLOAT, extra=(), **how):
    """`extra` maps further inputs to their shapes, in order."""
    channels, cross = model.config.in_channels, model.config.cross_attention_dim
    inputs = dict(sample=(2, channels, 16, 16), timestep=timestep, encoder_hidden_states=(2, 77, cross), **dict(extra))
    folder.export('unet', UNet(model, *dict(extra)), model.config, inputs, ['out_sample'], **how)

def export_vae(folder, model, encoder=True, **how):
    if encoder: folder.export('vae_encoder', Encoder(model), model.config, dict(sample=(1, 3, 32, 32)), ['latent_parameters' if hasattr(model, 'quant_conv') else 'latent_sample'], **how)
    folder.export('vae_decoder', Decoder(model), model.config, dict(latent_sample=(1, model.config.latent_channels, 16, 16)), ['sample'], **how)
