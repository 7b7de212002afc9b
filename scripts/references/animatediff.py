"""AnimateDiff: a U-Net for pictures with motion modules between its blocks, five axes in its sample, the text once for each frame. See kit.py."""
import sys
from kit import *
from sd2 import text_encoder, vae
from diffusers import AnimateDiffPipeline, AnimateDiffVideoToVideoPipeline, DDIMScheduler, EulerDiscreteScheduler, LCMScheduler, MotionAdapter, UNetMotionModel

class Motion(torch.nn.Module):
    def __init__(self, unet):
        super().__init__()
        self.unet = unet
    def forward(self, sample, timestep, encoder_hidden_states):
        return self.unet(sample, timestep, encoder_hidden_states).sample

if __name__ == '__main__':
    folder = Folder(f'{sys.argv[1]}/animatediff')
    tokenizer = clip_tokenizer(folder)
    text, auto = text_encoder(1, tokenizer, width=16, layers=2), vae(2, widths=(4, 8))
    unet = seeded(UNetMotionModel(sample_size=16, block_out_channels=(8, 16), down_block_types=('CrossAttnDownBlockMotion', 'DownBlockMotion'), up_block_types=('UpBlockMotion', 'CrossAttnUpBlockMotion'),
                                  layers_per_block=1, norm_num_groups=4, cross_attention_dim=16, num_attention_heads=2, motion_num_attention_heads=2, motion_max_seq_length=24, use_motion_mid_block=False), 3, out=0.5)
    for name, p in unet.named_parameters():
        # Motion shall move something: published adapters begin with a last projection of zeros.
        if 'motion_modules' in name and name.endswith('proj_out.weight'): p.mul_(3)
    beta = dict(beta_start=0.00085, beta_end=0.012, clip_sample=False, steps_offset=1)
    linear = dict(beta, beta_schedule='linear', timestep_spacing='linspace')
    folder.index('AnimateDiffPipeline', scheduler=DDIMScheduler(**linear), text_encoder=text, tokenizer=tokenizer, unet=unet, vae=auto, motion_adapter=['diffusers', 'MotionAdapter'], feature_extractor=None, image_encoder=None)
    outputs = ['last_hidden_state', 'pooler_output']
    folder.export('text_encoder', Text(text, outputs), text.config, dict(input_ids=torch.ones(1, 77, dtype=torch.int64)), outputs, opset=14)
    folder.export('unet', Motion(unet), unet.config, dict(sample=(2, 4, 3, 16, 16), timestep=FLOAT, encoder_hidden_states=(6, 77, 16)), ['out_sample'], compact=True)
    folder.export('vae_decoder', Decoder(auto), auto.config, dict(latent_sample=(1, 4, 16, 16)), ['sample'])
    folder.export('vae_encoder', Encoder(auto), auto.config, dict(sample=(1, 3, 32, 32)), ['latent_parameters'])
    folder.component('unet', 'b1_f5', sample=('closed(k=0)', (1, 4, 5, 8, 8)), timestep=('501', ()), encoder_hidden_states=('closed(k=1)', (5, 77, 16)))
    folder.component('unet', 'b2_f3_rect', sample=('closed(k=2)', (2, 4, 3, 8, 16)), timestep=('21', ()), encoder_hidden_states=('closed(k=3)', (6, 12, 16)))
    pipe = AnimateDiffPipeline(auto, text, tokenizer, unet, MotionAdapter(block_out_channels=(8, 16), motion_layers_per_block=1, motion_norm_num_groups=4, motion_num_attention_heads=2, use_motion_mid_block=False), DDIMScheduler(**linear))
    pipe.unet = unet
    folder.case(pipe, 'ddim_4_f5', dict(prompt='a big dog', num_frames=5, num_inference_steps=4, negative_prompt='blurry', height=16, width=16), 1, DDIMScheduler(**linear))
    folder.case(pipe, 'euler_3_f4_rect', dict(prompt='a red house', num_frames=4, num_inference_steps=3, guidance_scale=5.0, height=16, width=32), 2, EulerDiscreteScheduler(**{k: v for k, v in dict(linear, beta_schedule='scaled_linear').items() if k not in ('clip_sample',)}), images=False)
    folder.case(pipe, 'ddim_3_two_eta', dict(prompt=['a cat', 'a tree'], num_frames=3, num_inference_steps=3, eta=0.7, num_videos_per_prompt=2, height=16, width=16), 3, DDIMScheduler(**linear), images=False)
    folder.case(pipe, 'lcm_2_plain', dict(prompt='a river', num_inference_steps=2, guidance_scale=1.0, height=16, width=16), [4], LCMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule='linear'), images=False)
    clip = AnimateDiffVideoToVideoPipeline(auto, text, tokenizer, unet, pipe.motion_adapter, DDIMScheduler(**linear))
    clip.unet = unet
    # Frames of another size than the result's; more of them than are drawn for at once, with a sampler that draws on its way.
    folder.case(clip, 'v2v_ddim_5_f5', dict(video=[picture(24, 20, k) for k in range(5)], prompt='a big dog', strength=0.6, num_inference_steps=5, negative_prompt='blurry', height=16, width=16), 5, DDIMScheduler(**linear))
    folder.case(clip, 'v2v_ddim_4_f18_eta', dict(video=[picture(8, 16, k) for k in range(18)], prompt='a red house', strength=0.5, num_inference_steps=4, guidance_scale=3.0, eta=0.5, height=16, width=8), [6], DDIMScheduler(**linear), images=False)
    folder.done()
