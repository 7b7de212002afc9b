"""One small Stable Diffusion in the forms that exporters and converters write: opsets 12 to 23, both exporters, half precision, int8 (dynamic and static), fixed axes, scalar and vector timesteps of each type, external weights, int32 tokens."""
import sys
from stable import *
from sd1 import PNDM
from diffusers import DDIMScheduler, EulerDiscreteScheduler, PNDMScheduler, StableDiffusionImg2ImgPipeline, StableDiffusionPipeline
from diffusers.models.attention_processor import AttnProcessor
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

def variant(name, opset=17, dynamo=False, timestep=FLOAT, kind=torch.int64, fixed=(), external=None, half=False, quantise=None, states=True, encoder=True):
    folder = Folder(f'{sys.argv[1]}/{name}')
    tokenizer = clip_tokenizer(folder)
    text, auto, denoiser = text_encoder(400, tokenizer, 16, 2), vae(401), unet(402, 16, widths=(8, 16))
    if opset < 14: denoiser.set_attn_processor(AttnProcessor()), auto.set_attn_processor(AttnProcessor())
    folder.index('StableDiffusionPipeline', scheduler=PNDMScheduler(**PNDM), text_encoder=text, tokenizer=tokenizer, unet=denoiser, vae=auto, safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    how = dict(opset=opset, dynamo=dynamo, external=external, half=half)
    export_text(folder, text, states=states, kind=kind, fixed=('batch',) if 'batch' in fixed else (), **how)
    if half and timestep.is_floating_point(): timestep = timestep.half()
    export_unet(folder, denoiser, timestep, fixed=fixed, **how)
    export_vae(folder, auto, encoder, fixed=fixed, **how)
    if quantise: quantised(folder, quantise)
    rect = 16 if 'height' in fixed else 8
    vector = timestep.dim() == 1
    batch = 2 if 'batch' in fixed else 3
    folder.component('unet', 'b', sample=('closed(k=0)', (batch, 4, 16, rect)), timestep=(str([981, 1, 500][:batch]) if vector else '981', (batch,) if vector else ()), encoder_hidden_states=('closed(k=1)', (batch, 77, 16)))
    folder.component('text_encoder', 'prompt', input_ids=tokens(tokenizer, ['a photo of a cat', ''], 77))
    folder.component('vae_decoder', 'b1', latent_sample=('closed(k=2)', (1, 4, 16, rect)))
    parts = (auto, text, tokenizer, denoiser, PNDMScheduler(**PNDM), None, None)
    pipe = StableDiffusionPipeline(*parts, requires_safety_checker=False)
    @contextlib.contextmanager
    def all_swapped(folder, pipe):
        """Text encoder and VAE encoder too, since converted ones answer something else."""
        with swapped(folder, pipe):
            session = folder.session('text_encoder')
            def words(input_ids, *_, **__):
                out = dict(zip([o.name for o in session.get_outputs()], session.run(None, {'input_ids': cast(input_ids.numpy(), session.get_inputs()[0].type)})))
                answer = Answer((torch.from_numpy(out['last_hidden_state']).float(),))
                return answer
            text.forward = words
            yield
            del text.forward
    exact = 'reference' if half or quantise else 'floor'
    folder.case(pipe, 'ddim_4', dict(prompt='a photo of a cat', num_inference_steps=4, **({} if 'height' in fixed else dict(height=32, width=24))), 1, DDIMScheduler(**DDIM), ort=exact, swap=all_swapped if half or quantise else None)
    if not quantise and 'batch' not in fixed: folder.case(pipe, 'euler_3', dict(prompt=['a cat', 'a dog'], num_inference_steps=3, guidance_scale=3.0), 2, EulerDiscreteScheduler(**SCALED), ort=exact, swap=all_swapped if half or quantise else None)
    folder.done()

class Inputs(CalibrationDataReader):
    """Inputs like those of a run, for static quantisation."""
    def __init__(self, session):
        sizes = lambda i: [a if isinstance(a, int) else {0: 2, 1: 77}.get(n, 16) for n, a in enumerate(i.shape)]
        self.all = iter([{i.name: cast(np.full(sizes(i), 900.0 - 300 * k) if i.name == 'timestep' else closed_ids(sizes(i), k, 200) if 'int' in i.type else 3 * closed(sizes(i), k), i.type) for i in session.get_inputs()} for k in range(3)])
    def get_next(self): return next(self.all, None)

def quantised(folder, how):
    """Seven bits, so that processors which add products in 16 bits do not saturate."""
    for part, file in folder.parts.items():
        prepared, out = file.with_name('prepared.onnx'), file.with_name('quantised.onnx')
        quant_pre_process(str(file), str(prepared), skip_symbolic_shape=True)
        if how == 'dynamic': quantize_dynamic(str(prepared), str(out), weight_type=QuantType.QInt8, reduce_range=True, op_types_to_quantize=['MatMul', 'Gemm'])
        elif how == 'dynamic-all': quantize_dynamic(str(prepared), str(out), weight_type=QuantType.QUInt8, reduce_range=True)
        else: quantize_static(str(prepared), str(out), Inputs(folder.session(part)), quant_format=QuantFormat.QOperator if how == 'operators' else QuantFormat.QDQ, per_channel=how == 'static-channels',
                              activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, reduce_range=True)
        out.replace(file), prepared.unlink()

ALL = {
    'opset12': dict(opset=12, states=False), 'opset13': dict(opset=13), 'opset14': dict(opset=14), 'opset15-int64': dict(opset=15, timestep=torch.tensor(981)), 'opset16': dict(opset=16, timestep=torch.tensor([981.0, 981.0])),
    'opset18-external': dict(opset=18, external='weights with spaces.bin'), 'opset20': dict(opset=20), 'fixed-batch2': dict(fixed=('batch',), timestep=torch.tensor([981.0, 981.0])), 'fixed-size': dict(fixed=('batch', 'height', 'width')),
    'int32-tokens': dict(kind=torch.int32, timestep=torch.tensor([981.0, 981.0])), 'half': dict(half=True), 'half-int64': dict(half=True, timestep=INT64, opset=14),
    'int8-dynamic': dict(quantise='dynamic'), 'int8-dynamic-all': dict(quantise='dynamic-all'), 'int8-static': dict(quantise='static'), 'int8-static-channels': dict(quantise='static-channels'), 'int8-operators': dict(quantise='operators'),
    'dynamo18': dict(opset=18, dynamo=True), 'dynamo20-external': dict(opset=20, dynamo=True, external='model.onnx.data'), 'dynamo23': dict(opset=23, dynamo=True), 'dynamo23-half': dict(opset=23, dynamo=True, half=True, timestep=INT64),
}

if __name__ == '__main__':
    for name, options in ALL.items():
        if any(word in name for word in sys.argv[2:] or ['']):
            try: variant(name, **options)
            except Exception as error: print(f'FAILED {name}: {type(error).__name__}: {str(error)[:400]}', flush=True)
