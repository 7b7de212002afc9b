"""DiT and PixArt: transformers over patches of latents with classes or with T5's words. See kit.py."""
import sys
from kit import *
from stable import vae
from sd3 import Named, Words, t5
from diffusers import (DDIMScheduler, DDPMScheduler, DiTPipeline, DiTTransformer2DModel, DPMSolverMultistepScheduler, EulerDiscreteScheduler, PixArtAlphaPipeline, PixArtSigmaPipeline,
                       PixArtTransformer2DModel)

def dit(root, name, seed, cases, learned, timestep, widths=(8, 16), **export):
    folder = Folder(f'{root}/{name}')
    auto = vae(seed, widths=widths)
    transformer = seeded(DiTTransformer2DModel(num_attention_heads=4, attention_head_dim=8, in_channels=4, out_channels=8 if learned else 4, num_layers=2, norm_num_groups=4, sample_size=8, patch_size=2,
                                               num_embeds_ada_norm=1000), seed + 1, out=0.5)
    transformer.proj_out_2.weight.mul_(0.5)
    names = ['hidden_states', 'timestep', 'class_labels']
    folder.index('DiTPipeline', scheduler=DDIMScheduler(), transformer=transformer, vae=auto)
    folder.export('transformer', Named(transformer, names), transformer.config, dict(hidden_states=(2, 4, 8, 8), timestep=timestep, class_labels=torch.tensor([3, 1000])), ['out_hidden_states'], fixed=('height', 'width'), **export)
    folder.export('vae_encoder', Encoder(auto), auto.config, dict(sample=(1, 3, 32, 32)), ['latent_parameters'])
    folder.export('vae_decoder', Decoder(auto), auto.config, dict(latent_sample=(1, 4, 16, 16)), ['sample'])
    folder.component('transformer', 'b2', hidden_states=('closed(k=0)', (2, 4, 8, 8)), timestep=('[981, 20]', (2,)), class_labels=('[207, 1000]', (2,)))
    cases(folder, DiTPipeline(transformer, auto, DDIMScheduler()))
    folder.done()

def some(folder, pipe):
    ddim = dict(clip_sample=False)
    folder.case(pipe, 'ddim_6_s0', dict(class_labels=[207], num_inference_steps=6), 0, DDIMScheduler(**ddim), steps=True)
    folder.case(pipe, 'ddim_5_batch3', dict(class_labels=[207, 0, 999], num_inference_steps=5, guidance_scale=2.5), 1, DDIMScheduler(**ddim, timestep_spacing='trailing'))
    folder.case(pipe, 'ddim_5_g1', dict(class_labels=[1, 2], num_inference_steps=5, guidance_scale=1.0), [2, 3], DDIMScheduler(**ddim))
    folder.case(pipe, 'dpmpp_6', dict(class_labels=[207, 360], num_inference_steps=6), 4, DPMSolverMultistepScheduler())
    folder.case(pipe, 'ddim_5_null', dict(class_labels=[1000], num_inference_steps=5), 5, DDIMScheduler(clip_sample=False, set_alpha_to_one=False, steps_offset=1))

def pixart(root, name, kind, seed, sample_size, masked, learned, cases, **export):
    folder = Folder(f'{root}/{name}')
    tokenizer = t5_tokenizer(folder)
    words, auto = t5(seed, tokenizer, 32), vae(seed + 1)
    more = sample_size == 128 and kind is PixArtAlphaPipeline
    transformer = seeded(PixArtTransformer2DModel(num_attention_heads=4, attention_head_dim=12, in_channels=4, out_channels=8 if learned else 4, num_layers=2, cross_attention_dim=48, sample_size=sample_size, patch_size=2,
                                                  caption_channels=32, interpolation_scale=1, use_additional_conditions=more, attention_type='default'), seed + 2, out=0.1)
    ids = torch.ones(1, 120, dtype=torch.int64)
    folder.export('text_encoder', Words(words), words.config, dict(input_ids=ids, **({'attention_mask': ids} if masked else {})), ['last_hidden_state'], **export)
    mask = torch.ones(2, 20, dtype=torch.int64)
    mask[:, 12:] = 0
    names = ['hidden_states', 'encoder_hidden_states', 'encoder_attention_mask', 'timestep', *(['resolution', 'aspect_ratio'] if more else [])]
    inputs = dict(hidden_states=(2, 4, 16, 24), encoder_hidden_states=(2, 20, 32), encoder_attention_mask=mask, timestep=torch.tensor([981, 20]), resolution=torch.tensor([[64.0, 32.0]] * 2), aspect_ratio=torch.tensor([[2.0]] * 2))
    folder.export('transformer', Named(transformer, names, nested=names[4:] if more else ()) if more else Bare(transformer, names), transformer.config, {k: inputs[k] for k in names}, ['out_hidden_states'], fixed=('height', 'width') if 'dynamo' in export else (), **export)
    folder.export('vae_encoder', Encoder(auto), auto.config, dict(sample=(1, 3, 32, 32)), ['latent_parameters'])
    folder.export('vae_decoder', Decoder(auto), auto.config, dict(latent_sample=(1, 4, 16, 16)), ['sample'])
    folder.index(kind.__name__, scheduler=DPMSolverMultistepScheduler(), tokenizer=tokenizer, text_encoder=words, transformer=transformer, vae=auto)
    cases(folder, kind(tokenizer, words, auto, transformer, DPMSolverMultistepScheduler()))
    folder.done()

class Bare(Named):
    """PixArt asks for the dictionary of further conditions, empty as it may be."""
    def forward(self, *tensors):
        return self.module(**dict(zip(self.names, tensors)), added_cond_kwargs={'resolution': None, 'aspect_ratio': None}, return_dict=False)[0]

def paintings(folder, pipe):
    size = dict(height=32, width=48, use_resolution_binning=False)
    folder.case(pipe, 'dpmpp_5_s0', dict(prompt='A photo of a CAT ', num_inference_steps=5, **size), 0, DPMSolverMultistepScheduler())
    folder.case(pipe, 'ddim_4_neg', dict(prompt=['a red cube', 'A Blue house in winter, high and detailed'], negative_prompt='Low quality', num_inference_steps=4, guidance_scale=3.0, eta=0.5, max_sequence_length=24, num_images_per_prompt=2, **size), 1, DDIMScheduler(clip_sample=False))
    folder.case(pipe, 'euler_4_g1', dict(prompt='a red cube', num_inference_steps=4, guidance_scale=1.0, **size), 2, EulerDiscreteScheduler())

if __name__ == '__main__':
    root = sys.argv[1]
    dit(root, 'dit', 1, some, True, torch.tensor([981, 20]), opset=17)
    dit(root, 'dit-flat', 11, some, False, torch.tensor([981.0, 20.0]), opset=18, dynamo=True, external='model.onnx.data')
    dit(root, 'dit-23', 21, some, True, torch.tensor([981, 20]), opset=23, dynamo=True)
    pixart(root, 'pixart-alpha', PixArtAlphaPipeline, 31, 128, True, True, paintings, opset=17)
    pixart(root, 'pixart-sigma', PixArtSigmaPipeline, 41, 64, True, True, paintings, opset=18)
