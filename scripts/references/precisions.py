"""The same networks in half precision and with 8-bit weights: what exporters make beside single precision. See kit.py."""
import sys
from kit import *
from onnxruntime.quantization import QuantType, quantize_dynamic
from stable import vae
from pixels import LABELS, pixel, plain, unet
from sd3 import CLIP_OUTPUTS, Euler, IDS, Named, Words, clip, t5, transformer
from diffusers import (AutoencoderKL, DDIMPipeline, DDIMScheduler, DDPMPipeline, DDPMScheduler, DiTPipeline, DiTTransformer2DModel, StableDiffusion3Pipeline)

def quantised(folder, name, kind=QuantType.QInt8, **more):
    file = folder.path / name / 'model.onnx'
    quantize_dynamic(str(file), str(file.with_suffix('.q')), weight_type=kind, **more)
    file.with_suffix('.q').rename(file)

def dit(root, name, half, quantise, opset, dynamo=False):
    folder = Folder(f'{root}/{name}')
    auto = vae(1)
    network = seeded(DiTTransformer2DModel(num_attention_heads=4, attention_head_dim=8, in_channels=4, out_channels=8, num_layers=2, norm_num_groups=4, sample_size=8, patch_size=2, num_embeds_ada_norm=1000), 2, out=0.5)
    folder.index('DiTPipeline', scheduler=DDIMScheduler(), transformer=network, vae=auto)
    folder.export('transformer', Named(network, ['hidden_states', 'timestep', 'class_labels']), network.config, dict(hidden_states=(2, 4, 8, 8), timestep=torch.tensor([981, 20]), class_labels=torch.tensor([3, 1000])), ['out_hidden_states'], fixed=('height', 'width'), half=half, opset=opset, dynamo=dynamo)
    folder.export('vae_decoder', Decoder(auto), auto.config, dict(latent_sample=(1, 4, 16, 16)), ['sample'], half=half)
    if quantise: quantised(folder, 'transformer', quantise, per_channel=True)
    folder.component('transformer', 'b2', hidden_states=('closed(k=0)', (2, 4, 8, 8)), timestep=('[981, 20]', (2,)), class_labels=('[207, 1000]', (2,)))
    pipe = DiTPipeline(network, auto, DDIMScheduler())
    folder.case(pipe, 'ddim_4', dict(class_labels=[207, 0], num_inference_steps=4), 0, DDIMScheduler(clip_sample=False, beta_start=0.00085, beta_end=0.012), ort='reference' if quantise else 'floor')

def ddpm(root, name, half, quantise, opset, dynamo=False):
    folder = Folder(f'{root}/{name}')
    network = unet(2, num_class_embeds=11)
    folder.index('DDPMPipeline', scheduler=DDPMScheduler(), unet=network)
    folder.export('unet', pixel(network, 'class_labels'), network.config, dict(sample=(2, 3, 16, 16), timestep=torch.tensor([981, 500]), class_labels=LABELS), ['out_sample'], half=half, opset=opset, dynamo=dynamo)
    if quantise: quantised(folder, 'unet', quantise)
    folder.component('unet', 'b2', sample=('closed(k=0)', (2, 3, 16, 16)), timestep=('[981, 20]', (2,)), class_labels=('[7, 10]', (2,)))
    plain(folder, network, DDPMScheduler(), 'ddpm_6', 0, batch=2, num_inference_steps=6, class_labels=[3, 6], ort='reference' if quantise else 'floor')
    plain(folder, network, DDIMScheduler(), 'ddim_6', 1, batch=1, num_inference_steps=6, class_labels=[3], ort='reference' if quantise else 'floor')

def sd3(root, name, half, quantise, opset, dynamo=False):
    folder = Folder(f'{root}/{name}')
    one, two, three = clip_tokenizer(folder), clip_tokenizer(folder, 'tokenizer_2', pad='!'), t5_tokenizer(folder, 'tokenizer_3')
    encoders = clip(1, one, 16, 16), clip(2, two, 24, 24, act='gelu'), t5(3, three, 48)
    auto = seeded(AutoencoderKL(block_out_channels=(8, 16), down_block_types=('DownEncoderBlock2D',) * 2, up_block_types=('UpDecoderBlock2D',) * 2, latent_channels=16, norm_num_groups=4,
                                layers_per_block=1, sample_size=32, scaling_factor=1.5305, shift_factor=0.0609, use_quant_conv=False, use_post_quant_conv=False), 4, out=0.3)
    network = transformer(5)
    parts = dict(vae=auto, text_encoder=encoders[0], tokenizer=one, text_encoder_2=encoders[1], tokenizer_2=two, text_encoder_3=encoders[2], tokenizer_3=three, transformer=network)
    how = dict(half=half, opset=opset, dynamo=dynamo)
    for i, part in enumerate(['text_encoder', 'text_encoder_2']): folder.export(part, Text(encoders[i], CLIP_OUTPUTS), encoders[i].config, IDS, CLIP_OUTPUTS, half=half, opset=17)
    folder.export('text_encoder_3', Words(encoders[2]), encoders[2].config, IDS, ['last_hidden_state'], **how)
    names = ['hidden_states', 'encoder_hidden_states', 'pooled_projections', 'timestep']
    folder.export('transformer', Named(network, names), network.config, dict(hidden_states=(2, 16, 16, 16), encoder_hidden_states=(2, 20, 48), pooled_projections=(2, 40), timestep=torch.tensor([981.0, 981.0])), ['out_hidden_states'], **how)
    folder.export('vae_decoder', Decoder(auto), auto.config, dict(latent_sample=(1, 16, 16, 16)), ['sample'], half=half)
    if quantise: quantised(folder, 'transformer', quantise)
    folder.component('transformer', 'b2', hidden_states=('closed(k=0)', (2, 16, 16, 12)), encoder_hidden_states=('closed(k=1)', (2, 30, 48)), pooled_projections=('closed(k=2)', (2, 40)), timestep=('[981, 500]', (2,)))
    folder.index('StableDiffusion3Pipeline', scheduler=Euler(shift=3.0), image_encoder=None, feature_extractor=None, **parts)
    folder.case(StableDiffusion3Pipeline(scheduler=Euler(shift=3.0), **parts), 'euler_3', dict(prompt='a photo of a cat', num_inference_steps=3, max_sequence_length=77), 0, Euler(shift=3.0), ort='reference' if quantise else 'floor')

if __name__ == '__main__':
    for make in (dit, ddpm, sd3):
        for name, options in dict(fp16=(True, None, 17), fp16dynamo=(True, None, 18, True), int8=(False, QuantType.QInt8, 17), uint8dynamo=(False, QuantType.QUInt8, 20, True)).items():
            try: make(sys.argv[1], f'{make.__name__}-{name}', *options)
            except Exception as error: print(f'{make.__name__}-{name}: {type(error).__name__} {str(error)[:300]}')
