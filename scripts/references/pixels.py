"""Models that work on pixels: DDPM and DDIM, without and with classes, learned variance; consistency models. See kit.py."""
import sys, types
from kit import *
from sd3 import Named
from diffusers.models.attention_processor import AttnProcessor
from diffusers import (CMStochasticIterativeScheduler, ConsistencyModelPipeline, DDIMPipeline, DDIMScheduler, DDPMPipeline, DDPMScheduler, DPMSolverMultistepScheduler, EulerDiscreteScheduler,
                       UNet2DModel)

def unet(seed, **more):
    return seeded(UNet2DModel(**{**dict(sample_size=16, in_channels=3, out_channels=3, block_out_channels=(16, 32), down_block_types=('DownBlock2D', 'AttnDownBlock2D'),
                                        up_block_types=('AttnUpBlock2D', 'UpBlock2D'), layers_per_block=1, norm_num_groups=4, attention_head_dim=8), **more}), seed, out=0.5)

def pixel(network, *more): return Named(network, ('sample', 'timestep', *more))

LABELS = torch.tensor([3, 1])

class Loop:
    """A plain loop over a pixel model: classes, guidance, any scheduler."""
    def __init__(self, unet, scheduler): self.unet, self.scheduler = unet, scheduler
    def __call__(self, generator, batch, num_inference_steps, eta=None, class_labels=None, null_class=None, guidance_scale=1.0):
        size = self.unet.config.sample_size
        rows = [generator] if not isinstance(generator, list) else generator
        x = torch.cat([torch.randn((batch if len(rows) == 1 else 1, self.unet.config.in_channels, size, size), generator=g) for g in rows]) * self.scheduler.init_noise_sigma
        self.scheduler.set_timesteps(num_inference_steps)
        labels = None if class_labels is None else torch.tensor(class_labels)
        extra = {k: v for k, v in dict(eta=eta, generator=generator).items() if v is not None and k in inspect.signature(type(self.scheduler).step).parameters}
        for t in self.scheduler.timesteps:
            scaled = self.scheduler.scale_model_input(x, t)
            out = self.unet(scaled, t, labels, return_dict=False)[0]
            if guidance_scale > 1:
                other = self.unet(scaled, t, torch.full_like(labels, null_class), return_dict=False)[0]
                mean = other[:, :3] + guidance_scale * (out[:, :3] - other[:, :3])
                out = torch.cat([mean, out[:, 3:]], 1)
            x = self.scheduler.step(out, t, x, **extra).prev_sample
        return types.SimpleNamespace(images=(x / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).numpy())

def plain(folder, network, scheduler, name, seed, ort='floor', **arguments):
    """A case of a plain loop: its arguments lie beside the name, not in a call."""
    folder.case(Loop(network, scheduler), name, arguments, seed, pipeline='manual pixel loop', ort=ort, extra={**arguments, 'call': None})
    case = folder.path / f'reference/pipeline/{name}/case.json'
    case.write_text(json.dumps({k: v for k, v in json.loads(case.read_text()).items() if k != 'call'}, indent=1))

def unconditional(root):
    folder = Folder(f'{root}/ddpm')
    network = unet(1)
    for module in network.modules():
        if hasattr(module, 'set_processor'): module.set_processor(AttnProcessor())  # plain products, which old opsets have
    folder.index('DDPMPipeline', scheduler=DDPMScheduler(), unet=network)
    folder.export('unet', pixel(network), network.config, dict(sample=(2, 3, 16, 16), timestep=torch.tensor(981)), ['out_sample'], opset=12)
    folder.component('unet', 'b2', sample=('closed(k=0)', (2, 3, 16, 16)), timestep=('500', ()))
    folder.case(DDPMPipeline(network, DDPMScheduler()), 'ddpm_10', dict(batch_size=2, num_inference_steps=10), 0)
    folder.case(DDPMPipeline(network, DDPMScheduler()), 'ddpm_6_large_genlist', dict(batch_size=2, num_inference_steps=6), [3, 4], DDPMScheduler(variance_type='fixed_large', timestep_spacing='trailing'))
    folder.case(DDPMPipeline(network, DDPMScheduler()), 'ddpm_6_v_zero', dict(num_inference_steps=6), 5, DDPMScheduler(prediction_type='v_prediction', rescale_betas_zero_snr=True, timestep_spacing='trailing', beta_schedule='squaredcos_cap_v2'))
    folder.case(DDIMPipeline(network, DDIMScheduler()), 'ddim_8', dict(batch_size=2, num_inference_steps=8), 1)
    folder.case(DDIMPipeline(network, DDIMScheduler()), 'ddim_8_eta_clipped', dict(num_inference_steps=8, eta=0.7, use_clipped_model_output=True), 2)
    folder.case(DDIMPipeline(network, DDIMScheduler()), 'ddim_5_sample', dict(num_inference_steps=5), 6, DDIMScheduler(prediction_type='sample', clip_sample_range=0.8))
    folder.case(DDIMPipeline(network, DDIMScheduler()), 'ddim_5_threshold', dict(num_inference_steps=5), 7, DDIMScheduler(thresholding=True, clip_sample=False, sample_max_value=1.5, timestep_spacing='linspace'))
    folder.done()

def classes(root):
    folder = Folder(f'{root}/ddim-class')
    network = unet(2, num_class_embeds=11, out_channels=6, resnet_time_scale_shift='scale_shift', add_attention=False)
    folder.index('DDIMPipeline', scheduler=DDIMScheduler(), unet=network)
    folder.export('unet', pixel(network, 'class_labels'), network.config, dict(sample=(2, 3, 16, 16), timestep=torch.tensor([981, 500]), class_labels=LABELS), ['out_sample'], opset=20, dynamo=True)
    folder.component('unet', 'b2', sample=('closed(k=0)', (2, 3, 16, 16)), timestep=('[500, 20]', (2,)), class_labels=('[3, 10]', (2,)))
    learned = DDPMScheduler(variance_type='learned_range', beta_schedule='squaredcos_cap_v2')
    plain(folder, network, learned, 'ddpm_8_learned', 0, batch=2, num_inference_steps=8, class_labels=[3, 6])
    plain(folder, network, learned, 'ddpm_6_learned_guided', 1, batch=3, num_inference_steps=6, class_labels=[3, 6, 0], null_class=10, guidance_scale=2.5)
    folder.done()

def euler(root):
    folder = Folder(f'{root}/class-float')
    network = unet(3, num_class_embeds=6, sample_size=8, block_out_channels=(16,), down_block_types=('DownBlock2D',), up_block_types=('UpBlock2D',), center_input_sample=True, norm_num_groups=8)
    folder.index('DDPMPipeline', scheduler=DDPMScheduler(), unet=network)
    folder.export('unet', pixel(network, 'class_labels'), network.config, dict(sample=(2, 3, 8, 8), timestep=FLOAT, class_labels=LABELS), ['out_sample'], opset=17, fixed=('batch', 'height', 'width'))
    plain(folder, network, DDIMScheduler(clip_sample=False), 'ddim_5', 0, batch=2, num_inference_steps=5, class_labels=[3, 1], eta=0.5)
    plain(folder, network, EulerDiscreteScheduler(), 'euler_6', 1, batch=3, num_inference_steps=6, class_labels=[0, 1, 2], ort='none')
    plain(folder, network, DPMSolverMultistepScheduler(thresholding=True), 'dpmpp_6_guided', 2, batch=2, num_inference_steps=6, class_labels=[3, 1], null_class=5, guidance_scale=3.0)
    folder.done()

def consistency(root):
    for name, number, how in (('consistency', None, dict(opset=17)), ('consistency-class', 7, dict(opset=21, dynamo=True))):
        folder = Folder(f'{root}/{name}')
        network = unet(4, num_class_embeds=number, resnet_time_scale_shift='scale_shift')
        scheduler = CMStochasticIterativeScheduler(num_train_timesteps=40)
        folder.index('ConsistencyModelPipeline', scheduler=scheduler, unet=network)
        folder.export('unet', pixel(network, *(['class_labels'] if number else [])), network.config, dict(sample=(2, 3, 16, 16), timestep=torch.tensor(250.5), **({'class_labels': LABELS.int()} if number else {})), ['out_sample'], **how)
        pipe = ConsistencyModelPipeline(network, scheduler)
        label = lambda *l: dict(class_labels=list(l)) if number else {}
        folder.case(pipe, 'onestep', dict(batch_size=2, num_inference_steps=1, **label(3, 1)), 0)
        folder.case(pipe, 'steps_4', dict(batch_size=2, num_inference_steps=4, **label(3, 1)), 1)
        folder.case(pipe, 'multistep_22_0', dict(num_inference_steps=None, timesteps=[22, 0], **(dict(class_labels=5) if number else {})), 2)
        folder.case(pipe, 'unclipped_17_9_0', dict(batch_size=2, num_inference_steps=None, timesteps=[17, 9, 0], **label(0, 6)), [3, 4], CMStochasticIterativeScheduler(clip_denoised=False, s_noise=0.9, sigma_data=0.6))
        folder.done()

if __name__ == '__main__':
    for make in (unconditional, classes, euler, consistency): make(sys.argv[1])
