"""DeepFloyd IF: pixels from T5's states with learned variance, and a super-resolution stage that sees the small picture and how much it was noised. See kit.py."""
import sys
from kit import *
from diffusers import DDPMScheduler, IFPipeline, IFSuperResolutionPipeline, UNet2DConditionModel
from transformers import T5Config, T5EncoderModel

class States(torch.nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
    def forward(self, input_ids, attention_mask):
        return self.encoder(input_ids, attention_mask=attention_mask).last_hidden_state

def parts(folder, seed):
    tokenizer = t5_tokenizer(folder)
    text = seeded(T5EncoderModel(T5Config(vocab_size=len(tokenizer), d_model=16, d_kv=8, d_ff=32, num_layers=2, num_heads=2, feed_forward_proj='gated-gelu', attn_implementation='eager')), seed)
    return tokenizer, text

def unet(seed, channels, **more):
    return seeded(UNet2DConditionModel(in_channels=channels, out_channels=6, block_out_channels=(8, 16), down_block_types=('ResnetDownsampleBlock2D', 'SimpleCrossAttnDownBlock2D'), up_block_types=('SimpleCrossAttnUpBlock2D', 'ResnetUpsampleBlock2D'),
                                       mid_block_type='UNetMidBlock2DSimpleCrossAttn', layers_per_block=1, cross_attention_dim=16, encoder_hid_dim=16, encoder_hid_dim_type='text_proj', attention_head_dim=4, norm_num_groups=4,
                                       act_fn='gelu', resnet_time_scale_shift='scale_shift', only_cross_attention=True, class_embed_type=more.pop('class_embed_type', None), **more), seed, out=0.5)

DDPM = dict(beta_schedule='squaredcos_cap_v2', variance_type='learned_range', thresholding=True, dynamic_thresholding_ratio=0.95, sample_max_value=1.5, prediction_type='epsilon', clip_sample=True)

def export(folder, text, net, inputs):
    ids = torch.tensor([[9, 8, 1, *[0] * 74]])
    folder.export('text_encoder', States(text), text.config, dict(input_ids=ids, attention_mask=(ids != 0).long()), ['last_hidden_state'], axes={'attention_mask': {0: 'batch', 1: 'sequence'}}, compact=True)
    folder.export('unet', UNet(net, *list(inputs)[3:]), net.config, inputs, ['out_sample'], compact=True)

if __name__ == '__main__':
    more = dict(safety_checker=None, feature_extractor=None, watermarker=None, requires_safety_checker=False)
    folder = Folder(f'{sys.argv[1]}/if-base')
    tokenizer, text = parts(folder, 1)
    base = unet(2, 3, sample_size=16)
    folder.index('IFPipeline', scheduler=DDPMScheduler(**DDPM), text_encoder=text, tokenizer='T5Tokenizer', unet=base, safety_checker=None, feature_extractor=None, watermarker=None)
    export(folder, text, base, dict(sample=(2, 3, 16, 16), timestep=FLOAT, encoder_hidden_states=(2, 77, 16)))
    folder.component('unet', 'b2', sample=('closed(k=0)', (2, 3, 16, 8)), timestep=('501', ()), encoder_hidden_states=('closed(k=1)', (2, 77, 16)))
    pipe = IFPipeline(tokenizer, text, base, DDPMScheduler(**DDPM), **{k: v for k, v in more.items()})
    folder.case(pipe, 'ddpm_6', dict(prompt=' A red Cube ', num_inference_steps=6, negative_prompt='blurry', clean_caption=False), 1, DDPMScheduler(**DDPM))
    folder.case(pipe, 'ddpm_4_two', dict(prompt=['a cat', 'a dog'], num_inference_steps=4, guidance_scale=3.0, num_images_per_prompt=2, clean_caption=False), 2, DDPMScheduler(**DDPM), images=False)
    folder.done()

    first = pipe
    folder = Folder(f'{sys.argv[1]}/if-upscaler')
    tokenizer, text = parts(folder, 3)
    upper = unet(4, 6, sample_size=32, class_embed_type='timestep')
    fixed = dict(DDPM, variance_type='fixed_small')
    noising = DDPMScheduler(beta_schedule='squaredcos_cap_v2')
    folder.index('IFSuperResolutionPipeline', scheduler=DDPMScheduler(**DDPM), image_noising_scheduler=noising, text_encoder=text, tokenizer='T5Tokenizer', unet=upper, safety_checker=None, feature_extractor=None, watermarker=None)
    export(folder, text, upper, dict(sample=(2, 6, 32, 32), timestep=FLOAT, encoder_hidden_states=(2, 77, 16), class_labels=torch.tensor([250, 20])))
    folder.component('unet', 'b2', sample=('closed(k=0)', (2, 6, 32, 32)), timestep=('501', ()), encoder_hidden_states=('closed(k=1)', (2, 77, 16)), class_labels=('[250, 3]', (2,)))
    pipe = IFSuperResolutionPipeline(tokenizer, text, upper, DDPMScheduler(**DDPM), noising, **more)
    small = picture(16, 16)
    folder.case(pipe, 'ddpm_4', dict(prompt='a red cube', image=small, num_inference_steps=4, clean_caption=False), 3, DDPMScheduler(**DDPM))
    folder.case(pipe, 'ddpm_3_level20_fixed', dict(prompt='a red cube', image=small, num_inference_steps=3, noise_level=20, guidance_scale=1.0, clean_caption=False), 4, DDPMScheduler(**fixed), images=False)
    # Both in a row on one generator: what a cascade shall give.
    generator = torch.Generator().manual_seed(7)
    first.scheduler, pipe.scheduler = DDPMScheduler(**DDPM), DDPMScheduler(**DDPM)
    words = dict(prompt='a red cube', negative_prompt='blurry', num_inference_steps=4, generator=generator, clean_caption=False)
    made = pipe(image=first(**words, guidance_scale=5.0, output_type='pt').images, **words, guidance_scale=3.0, noise_level=100, output_type='np').images[0]
    (folder.path / 'reference/cascade').mkdir(parents=True)
    Image.fromarray(np.round(255 * np.clip(made.astype(np.float64), 0, 1)).astype(np.uint8)).save(folder.path / 'reference/cascade/base_upscaler_s7.png')
    folder.done()
