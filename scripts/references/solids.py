"""Results in space: points with colours, voxels, atoms. No published pipeline samples them by itself, so a plain loop over a diffusers scheduler is the reference. See kit.py."""
import sys
from kit import *
from diffusers import DDIMScheduler, DPMSolverMultistepScheduler
from diffusers.utils.torch_utils import randn_tensor
from types import SimpleNamespace

class Cloud(torch.nn.Module):
    """Points are drawn to a sphere, in the direction in which they lie; colours say which."""
    def forward(self, sample, timestep):
        place = sample[:, :3]
        way = place / place.norm(dim=1, keepdim=True).clamp(min=1e-3)
        return torch.cat([way * (0.5 + timestep / 200), way * 0.9], 1)

class Body(torch.nn.Module):
    """A ball with a dent, and what a convolution makes of the noise on it."""
    def __init__(self, channels=4):
        super().__init__()
        self.conv = torch.nn.Conv3d(channels, channels, 3, padding=1)
    def forward(self, sample, timestep):
        axis = lambda i: (torch.cumsum(torch.ones_like(sample[:1, :1]), i) - 0.5) / sample.shape[i] * 2 - 1
        z, y, x = axis(2), axis(3), axis(4)
        ball = 0.7 - torch.sqrt(x * x + y * y + z * z) - 0.3 * torch.exp(-8 * ((x - 0.6) ** 2 + y * y + z * z))
        rough = torch.tanh(self.conv(sample)) * (0.05 + timestep / 60)
        return torch.cat([2 * ball + rough[:, :1], torch.cat([x, y, z], 1).expand_as(rough[:, 1:]) * 0.8 + rough[:, 1:]], 1)

class Atoms(torch.nn.Module):
    """Atoms keep their distance from the middle of all; the largest of three channels says which they are."""
    def forward(self, sample, timestep):
        place = sample[:, :3]
        place = torch.tanh(place - place.mean(2, keepdim=True)) * (2 + timestep / 50)
        return torch.cat([place, torch.tanh(2 * sample[:, 3:])], 1)

class Loop:
    def __init__(self, unet, scheduler, shape): self.unet, self.scheduler, self.shape = unet, scheduler, shape
    def __call__(self, generator, batch_size=1, num_inference_steps=10, guidance_scale=1.0):
        self.scheduler.set_timesteps(num_inference_steps)
        x = randn_tensor((batch_size, *self.shape), generator=generator) * self.scheduler.init_noise_sigma
        for t in self.scheduler.timesteps:
            x = self.scheduler.step(self.unet(self.scheduler.scale_model_input(x, t), t.float()), t, x, return_dict=False)[0]
        return SimpleNamespace()

def make(name, pipeline, unet, config, shape, axes, notes):
    folder = Folder(f'{sys.argv[1]}/{name}')
    table = dict(beta_schedule='squaredcos_cap_v2', prediction_type='sample')
    ddim = lambda: DDIMScheduler(**table, clip_sample=False, timestep_spacing='trailing')
    folder.index(pipeline, scheduler=ddim(), unet=['diffusers', type(unet).__name__])
    folder.export('unet', seeded(unet, 1), config, dict(sample=(1, *shape), timestep=FLOAT), ['out_sample'], axes={'sample': axes, 'out_sample': axes})
    folder.write('noisegraph.json', notes)
    folder.component('unet', 'b2', sample=('closed(k=0)', (2, *shape)), timestep=('400', ()))
    loop = Loop(unet, ddim(), shape)
    folder.case(loop, 'ddim_6', dict(num_inference_steps=6, guidance_scale=1.0), 1, ddim(), ort='none', pipeline='plain loop')
    folder.case(loop, 'dpmpp_5_two', dict(num_inference_steps=5, batch_size=2, guidance_scale=1.0), 2, DPMSolverMultistepScheduler(**table), ort='none', pipeline='plain loop')
    folder.done()

if __name__ == '__main__':
    make('points', 'PointCloudPipeline', Cloud(), {'in_channels': 6, 'sample_size': 512}, (6, 512), {0: 'batch', 2: 'points'}, {'summary': 'Points that are drawn to a sphere.', 'scale': 2, 'defaults': {'steps': 10}})
    make('voxels', 'VoxelPipeline', Body(), {'in_channels': 4, 'sample_size': 12}, (4, 12, 12, 12), {0: 'batch', 2: 'depth', 3: 'height', 4: 'width'}, {'summary': 'A ball with a dent.', 'output': 'voxels', 'level': 0, 'defaults': {'steps': 10}})
    make('molecule', 'MoleculePipeline', Atoms(), {'in_channels': 6, 'sample_size': 9}, (6, 9), {0: 'batch', 2: 'atoms'}, {'summary': 'Nine atoms that keep together.', 'output': 'molecule', 'atoms': ['C', 'H', 'O'], 'defaults': {'steps': 10}})
