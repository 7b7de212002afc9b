"""unCLIP (DALL-E 2's design): a prior of image embeddings, a decoder that reads them, two networks that enlarge. See kit.py."""
import sys
from kit import *
from sd3 import IDS, clip, Named
from diffusers import PriorTransformer, UNet2DConditionModel, UNet2DModel, UnCLIPPipeline, UnCLIPScheduler
from diffusers.pipelines.deprecated.unclip.text_proj import UnCLIPTextProjModel

# The first step divides by sqrt(alphas_cumprod[999]) = 5e-5: what single precision rounds off is enlarged 20,000 times where the estimate is not clipped.
TOLERANCE = dict(latents=2e-2, image=2)

class Whole:
    """The pipeline as the kit asks for one: what is recorded is what the last scheduler makes."""
    def __init__(self, pipe): self.pipe, self.scheduler = pipe, pipe.super_res_scheduler
    def __call__(self, generator, prompt, num_images_per_prompt=1, prior_num_inference_steps=25, decoder_num_inference_steps=25, super_res_num_inference_steps=7, prior_guidance_scale=4.0, decoder_guidance_scale=8.0, output_type='np'):
        given = {k: v for k, v in locals().items() if k != 'self'}
        self.pipe.set_progress_bar_config(disable=True)
        return self.pipe(**given)

class Projection(torch.nn.Module):
    """As the pipeline calls it: with guidance, the embedding of "no picture" first."""
    def __init__(self, module): super().__init__(); self.module = module
    def forward(self, image_embeddings, prompt_embeds, text_encoder_hidden_states):
        return self.module(image_embeddings=image_embeddings, prompt_embeds=prompt_embeds, text_encoder_hidden_states=text_encoder_hidden_states, do_classifier_free_guidance=True)

def unclip(root, name, seed, **how):
    folder = Folder(f'{root}/{name}')
    tokenizer = clip_tokenizer(folder)
    text = clip(seed, tokenizer, 24, 16)
    prior = seeded(PriorTransformer(num_attention_heads=2, attention_head_dim=8, embedding_dim=16, num_layers=1, num_embeddings=77, additional_embeddings=4, encoder_hid_proj_type='linear'), seed + 1)
    # Published priors read states as wide as the embedding; ours are those of the encoder.
    prior.encoder_hidden_states_proj = torch.nn.Linear(24, 16)
    seeded(prior.encoder_hidden_states_proj, seed + 7)
    project = seeded(UnCLIPTextProjModel(clip_embeddings_dim=16, time_embed_dim=32, cross_attention_dim=20), seed + 2)
    project.encoder_hidden_states_proj = torch.nn.Linear(24, 20)
    seeded(project.encoder_hidden_states_proj, seed + 8)
    decoder = seeded(UNet2DConditionModel(sample_size=8, in_channels=3, out_channels=6, down_block_types=('ResnetDownsampleBlock2D', 'SimpleCrossAttnDownBlock2D'), up_block_types=('SimpleCrossAttnUpBlock2D', 'ResnetUpsampleBlock2D'),
                                          mid_block_type='UNetMidBlock2DSimpleCrossAttn', block_out_channels=(8, 16), layers_per_block=1, cross_attention_dim=20, attention_head_dim=8, norm_num_groups=4,
                                          resnet_time_scale_shift='scale_shift', class_embed_type='identity'), seed + 3, out=0.3)
    enlarge = [seeded(UNet2DModel(sample_size=16, layers_per_block=1, down_block_types=('ResnetDownsampleBlock2D',) * 2, up_block_types=('ResnetUpsampleBlock2D',) * 2, block_out_channels=(8, 16), in_channels=6, out_channels=3,
                                  norm_num_groups=4, attention_head_dim=8), seed + 4 + i, out=0.3) for i in (0, 1)]
    schedulers = dict(prior_scheduler=UnCLIPScheduler(variance_type='fixed_small_log', prediction_type='sample', clip_sample_range=5.0), decoder_scheduler=UnCLIPScheduler(variance_type='learned_range', prediction_type='epsilon'),
                      super_res_scheduler=UnCLIPScheduler(variance_type='fixed_small_log', prediction_type='epsilon'))
    folder.index('UnCLIPPipeline', prior=prior, decoder=decoder, text_encoder=text, tokenizer=tokenizer, text_proj=project, super_res_first=enlarge[0], super_res_last=enlarge[1], **schedulers)
    folder.export('text_encoder', Text(text, ['text_embeds', 'last_hidden_state']), text.config, IDS, ['text_embeds', 'last_hidden_state'], opset=17)
    mask = torch.ones(2, 77, dtype=torch.bool)
    mask[:, 9:] = False
    names = ['hidden_states', 'timestep', 'proj_embedding', 'encoder_hidden_states', 'attention_mask']
    folder.export('prior', Named(prior, names), {**prior.config, 'clip_mean': prior.clip_mean.flatten().tolist(), 'clip_std': prior.clip_std.flatten().tolist()},
                  dict(hidden_states=(2, 16), timestep=torch.tensor(981), proj_embedding=(2, 16), encoder_hidden_states=(2, 77, 24), attention_mask=mask), ['predicted_image_embedding'], **how)
    folder.export('text_proj', Projection(project), project.config, dict(image_embeddings=(1, 16), prompt_embeds=(2, 16), text_encoder_hidden_states=(2, 77, 24)), ['encoder_hidden_states', 'additive_clip_time_embeddings'], fixed=('batch',), opset=17)
    wide = torch.ones(2, 81, dtype=torch.bool)
    wide[:, 13:] = False
    names = ['sample', 'timestep', 'encoder_hidden_states', 'class_labels', 'attention_mask']
    folder.export('decoder', Named(decoder, names), decoder.config, dict(sample=(2, 3, 8, 8), timestep=torch.tensor(981), encoder_hidden_states=(2, 81, 20), class_labels=(2, 32), attention_mask=wide), ['out_sample'], **how)
    for part, network in zip(('super_res_first', 'super_res_last'), enlarge): folder.export(part, Named(network, ['sample', 'timestep']), network.config, dict(sample=(2, 6, 16, 16), timestep=torch.tensor(981)), ['out_sample'], opset=17)
    pipe = Whole(UnCLIPPipeline(prior, decoder, text, tokenizer, project, *enlarge, *schedulers.values()))
    few = dict(prior_num_inference_steps=4, decoder_num_inference_steps=5, super_res_num_inference_steps=3)
    folder.case(pipe, 'unclip_4_5_3', dict(prompt='a photo of a cat', **few), 0, ort='none', pipeline='UnCLIPPipeline', tolerance=TOLERANCE)
    folder.case(pipe, 'unclip_imgs2', dict(prompt=['a red cube', 'a blue house'], num_images_per_prompt=2, prior_guidance_scale=2.0, decoder_guidance_scale=3.0, **few), 1, ort='none', pipeline='UnCLIPPipeline', tolerance=TOLERANCE)
    folder.case(pipe, 'unclip_genlist_g1', dict(prompt=['a red cube', 'a blue house'], prior_guidance_scale=1.0, decoder_guidance_scale=1.0, **few), [2, 3], ort='none', pipeline='UnCLIPPipeline', tolerance=TOLERANCE)
    folder.done()

if __name__ == '__main__':
    unclip(sys.argv[1], 'unclip', 1, opset=17)
