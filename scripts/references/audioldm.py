"""AudioLDM: latents of a mel spectrogram, the text as one vector in class_labels, a vocoder behind the decoder. See kit.py."""
import sys
from kit import *
from diffusers import AudioLDMPipeline, AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from transformers import ClapTextConfig, ClapTextModelWithProjection, RobertaTokenizerFast, SpeechT5HifiGan, SpeechT5HifiGanConfig

class Spectral(torch.nn.Module):
    def __init__(self, unet):
        super().__init__()
        self.unet = unet
    def forward(self, sample, timestep, class_labels):
        return self.unet(sample, timestep, encoder_hidden_states=None, class_labels=class_labels).sample

class Projected(torch.nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
    def forward(self, input_ids, attention_mask):
        out = self.encoder(input_ids, attention_mask=attention_mask)
        return out.text_embeds, out.last_hidden_state

def roberta_tokenizer(folder, length=24):
    """Byte-level BPE of letters in RoBERTa's form."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    letters = [*(chr(c) for c in range(33, 127)), '\u0120']
    vocab = {t: i for i, t in enumerate(['<s>', '<pad>', '</s>', '<unk>', '<mask>', *letters, 'do', 'dog', '\u0120d', '\u0120b'])}
    own = Tokenizer(models.BPE(vocab, [('d', 'o'), ('do', 'g'), ('\u0120', 'd'), ('\u0120', 'b')], unk_token='<unk>'))
    own.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    own.decoder = decoders.ByteLevel()
    own.post_processor = processors.RobertaProcessing(('</s>', 2), ('<s>', 0), trim_offsets=True, add_prefix_space=False)
    at = folder.path / 'tokenizer'
    at.mkdir(parents=True)
    fast = RobertaTokenizerFast(tokenizer_object=own, model_max_length=length, bos_token='<s>', eos_token='</s>', sep_token='</s>', cls_token='<s>', unk_token='<unk>', pad_token='<pad>', mask_token='<mask>')
    fast.save_pretrained(at)
    return fast

if __name__ == '__main__':
    folder = Folder(f'{sys.argv[1]}/audioldm')
    tokenizer = roberta_tokenizer(folder)
    config = ClapTextConfig(vocab_size=len(tokenizer), hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, max_position_embeddings=32, projection_dim=12, pad_token_id=1, bos_token_id=0, eos_token_id=2, attn_implementation='eager')
    text = seeded(ClapTextModelWithProjection(config), 1)
    auto = seeded(AutoencoderKL(in_channels=1, out_channels=1, block_out_channels=(4, 8), down_block_types=('DownEncoderBlock2D',) * 2, up_block_types=('UpDecoderBlock2D',) * 2, latent_channels=4, norm_num_groups=4, layers_per_block=1, scaling_factor=0.92), 2)
    unet = seeded(UNet2DConditionModel(sample_size=16, block_out_channels=(8, 16), down_block_types=('CrossAttnDownBlock2D', 'DownBlock2D'), up_block_types=('UpBlock2D', 'CrossAttnUpBlock2D'), layers_per_block=1,
                                       cross_attention_dim=(8, 16), attention_head_dim=4, norm_num_groups=4, class_embed_type='simple_projection', projection_class_embeddings_input_dim=12, class_embeddings_concat=True), 3, out=0.5)
    vocoder = SpeechT5HifiGan(SpeechT5HifiGanConfig(model_in_dim=16, sampling_rate=8000, upsample_initial_channel=16, upsample_rates=[4, 4], upsample_kernel_sizes=[8, 8], resblock_kernel_sizes=[3, 5], resblock_dilation_sizes=[[1, 3], [1, 3]], normalize_before=False))
    seeded(vocoder, 4, gain=0.7)
    ddim = dict(beta_start=0.0015, beta_end=0.0195, beta_schedule='scaled_linear', clip_sample=False, set_alpha_to_one=False, steps_offset=1)
    folder.index('AudioLDMPipeline', scheduler=DDIMScheduler(**ddim), text_encoder=['transformers', 'ClapTextModelWithProjection'], tokenizer=['transformers', 'RobertaTokenizerFast'], unet=unet, vae=auto, vocoder=['transformers', 'SpeechT5HifiGan'])
    ids = torch.tensor([[0, 9, 8, 7, 2, *[1] * 19]])
    folder.export('text_encoder', Projected(text), text.config, dict(input_ids=ids, attention_mask=(ids != 1).long()), ['text_embeds', 'last_hidden_state'], axes={'attention_mask': {0: 'batch', 1: 'sequence'}})
    folder.export('unet', Spectral(unet), unet.config, dict(sample=(2, 4, 16, 8), timestep=FLOAT, class_labels=(2, 12)), ['out_sample'], axes={'class_labels': {0: 'batch'}}, compact=True)
    folder.export('vae_decoder', Decoder(auto), auto.config, dict(latent_sample=(1, 4, 16, 8)), ['sample'])
    folder.export('vocoder', vocoder, vocoder.config, dict(spectrogram=(1, 32, 16)), ['waveform'], axes={'spectrogram': {0: 'batch', 1: 'frames'}, 'waveform': {0: 'batch', 1: 'samples'}})
    told = tokenizer(['a dog', 'rain'], padding='max_length', max_length=24, return_tensors='np')
    exported = folder.run('text_encoder', dict(input_ids=told.input_ids, attention_mask=told.attention_mask))['text_embeds']
    print('text', np.abs(exported - text(torch.from_numpy(told.input_ids), attention_mask=torch.from_numpy(told.attention_mask)).text_embeds.numpy()).max())
    folder.component('unet', 'b2', sample=('closed(k=0)', (2, 4, 16, 8)), timestep=('501', ()), class_labels=('closed(k=1)', (2, 12)))
    folder.component('vocoder', 'b1', spectrogram=('closed(k=2, amp=3)', (1, 20, 16)))
    AudioLDMPipeline._last_supported_version = None
    pipe = AudioLDMPipeline(auto, text, tokenizer, unet, DDIMScheduler(**ddim), vocoder)
    def case(name, call, seed):
        made = folder.case(pipe, name, call, seed, DDIMScheduler(**ddim))
        audio = np.asarray(made['out'].audios, dtype=np.float32)
        at = f'reference/pipeline/{name}'
        files = [folder.npy(f'{at}/audio_{i}.npy', a) for i, a in enumerate(audio)]
        told = json.loads((folder.path / at / 'case.json').read_text())
        folder.write(f'{at}/case.json', {**told, 'audio': {'sample_rate': 8000, 'shape': list(audio.shape), 'files': files}})
    case('ddim_4_s0', dict(prompt='a dog', num_inference_steps=4, audio_length_in_s=0.0555), 0)
    case('ddim_5_negative_two', dict(prompt=['a big dog', 'rain'], negative_prompt=['noise', 'low'], num_inference_steps=5, guidance_scale=4.0, num_waveforms_per_prompt=2), 1)
    case('ddim_4_plain_eta', dict(prompt='rain', num_inference_steps=4, guidance_scale=1.0, eta=0.5, audio_length_in_s=0.047), 2)
    folder.done()
