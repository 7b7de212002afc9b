"""Dance Diffusion: waveforms denoised themselves, with multistep steps between times from 1 to 0. See kit.py."""
import sys
from kit import *
from diffusers import DanceDiffusionPipeline, DDIMScheduler, IPNDMScheduler, UNet1DModel

class Wave(torch.nn.Module):
    def __init__(self, unet):
        super().__init__()
        self.unet = unet
    def forward(self, sample, timestep):
        return self.unet(sample, timestep).sample

if __name__ == '__main__':
    folder = Folder(f'{sys.argv[1]}/dance')
    unet = seeded(UNet1DModel(sample_size=512, sample_rate=8000, in_channels=2, out_channels=2, extra_in_channels=16, time_embedding_dim=16, time_embedding_type='fourier', use_timestep_embedding=False,
                              block_out_channels=(8, 32), down_block_types=('DownBlock1DNoSkip', 'DownBlock1D'), up_block_types=('UpBlock1D', 'UpBlock1DNoSkip'), layers_per_block=1), 1, out=0.5)
    folder.index('DanceDiffusionPipeline', scheduler=IPNDMScheduler(), unet=unet)
    folder.export('unet', Wave(unet), unet.config, dict(sample=(2, 2, 512), timestep=torch.tensor(0.7)), ['out_sample'], dynamo=True, opset=18, compact=True, axes={'sample': {0: 'batch', 2: 'length'}, 'timestep': {}})
    folder.component('unet', 'b1', sample=('closed(k=0)', (1, 2, 512)), timestep=('0.6', ()))
    folder.component('unet', 'b3_short', sample=('closed(k=1)', (3, 2, 64)), timestep=('0.1', ()))
    pipe = DanceDiffusionPipeline(unet, IPNDMScheduler())
    folder.case(pipe, 'ipndm_8_s0', dict(num_inference_steps=8), 0, IPNDMScheduler())
    folder.case(pipe, 'ipndm_6_two', dict(num_inference_steps=6, batch_size=2, audio_length_in_s=0.0503), 1, IPNDMScheduler())
    folder.case(pipe, 'ipndm_5_seeds', dict(num_inference_steps=5, batch_size=2, audio_length_in_s=0.032), [2, 3], IPNDMScheduler())
    folder.done()
