"""Makes model folders in the diffusers-ONNX layout with reference outputs, from small networks with seeded random weights.

A family's script reads like this (sd2.py is the shortest whole example):

    from kit import *
    folder = Folder('/somewhere/sd2')                         # emptied first
    unet = seeded(UNet2DConditionModel(**config), 1)          # weights from a seed, scaled so that the network is not chaotic
    folder.index('StableDiffusionPipeline', scheduler=scheduler, unet=unet, text_encoder=text, tokenizer='CLIPTokenizer', vae=vae)
    folder.export('unet', UNet(unet), unet.config, dict(sample=(1, 4, 8, 8), timestep=FLOAT, encoder_hidden_states=(1, 77, 32)), ['out_sample'])
    folder.component('unet', 'b2', sample=('closed(k=0)', (2, 4, 8, 8)), timestep=('981', ()), encoder_hidden_states=('closed(k=1)', (2, 77, 32)))
    folder.case(pipe, 'ddim_5', scheduler=DDIMScheduler(...), seed=3, call=dict(prompt='a cat', num_inference_steps=5))
    folder.done()                                             # index files; fails where a network does not depend on one of its inputs

- `Folder.export` writes PART/model.onnx with PART/config.json. The module's forward takes tensors in the order of `inputs` and answers one tensor or
  several in the order of `outputs`; `UNet`, `Encoder`, `Decoder`, `Text` are such wrappers. An input is a shape (float32) or a tensor; an axis is dynamic unless listed in `fixed`.
- `Folder.component` writes reference/submodel/PART.json and the .npy files from onnxruntime.
- `Folder.case` runs any diffusers pipeline (or a function of a generator that returns latents and images) in float32 and writes reference/pipeline/NAME:
  case.json, noise_j.npy (every draw of the seeded generator in order), final_latents.npy, image_i.png, and step_i.npy with steps=True. PIL images and
  arrays among the arguments become files of reference/inputs. The same call is repeated with the exported networks in place of `pipe.unet`,
  `pipe.transformer`, `pipe.prior` and `pipe.vae`: the difference is the noise floor; where the file takes an integer timestep and fractions
  occur, or with ort='reference' (quantised files), that second run is the reference.
- `clip_tokenizer`, `t5_tokenizer` write small vocabularies of our own.

Everything is closed form or seeded; no weights or vocabularies of third parties are used.
"""
import contextlib, functools, inspect, json, math, os, re, shutil, warnings
from pathlib import Path

os.environ.setdefault('OMP_NUM_THREADS', '1')
import numpy as np
import onnx
import onnxruntime as ort
import torch
from diffusers.utils import logging
logging.set_verbosity_error()
from PIL import Image

warnings.filterwarnings('ignore')
torch.set_num_threads(1)
torch.set_grad_enabled(False)
ort.set_default_logger_severity(3)

FLOAT, INT64 = torch.tensor(981.0), torch.tensor([981])
"""Timesteps as exporters write them: a float scalar, an int64 vector."""

# --- closed forms ---------------------------------------------------------------------------------------------------------------------------------

def closed(shape, k, amp=1.0):
    i = np.arange(math.prod(shape), dtype=np.float64)
    return (amp * np.sin(0.37 * i + 1.3 * k + 0.5) * np.cos(0.0113 * i + k)).astype(np.float32).reshape(shape)

def closed_ids(shape, k, mod=49406):
    return ((7919 * np.arange(math.prod(shape)) + 104729 * (k + 1)) % mod).reshape(shape)

def evaluate(formula, shape):
    """The formulas of component cases: closed(k=, amp=), closed_ids(k=, mod=), numbers, lists, and arithmetic of these."""
    names = dict(closed=lambda **o: closed(shape, **o), closed_ids=lambda **o: closed_ids(shape, **o), abs=np.abs)
    return np.broadcast_to(np.asarray(eval(formula, {'__builtins__': {}}, names)), shape)

def picture(width=64, height=64, k=0):
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return Image.fromarray(np.stack([(4 * x + 40 * k) % 256, (4 * y) % 256, (x * y // 8) % 256], -1).astype(np.uint8))

def mask(width=64, height=64, box=(16, 16, 48, 40)):
    """White where the model may paint."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return Image.fromarray((255 * ((x >= box[0]) & (x < box[2]) & (y >= box[1]) & (y < box[3]))).astype(np.uint8))

# --- weights --------------------------------------------------------------------------------------------------------------------------------------

def seeded(module, seed, gain=1.0, out=1.0):
    """Weights from a seed: variance gain^2 / fan-in, so that activations keep their size; `out` scales the last convolution or projection."""
    generator = torch.Generator().manual_seed(seed)
    draw = lambda p: torch.randn(p.shape, generator=generator)
    for name, p in sorted(module.named_parameters()):
        norm = 'norm' in name or 'ln' in name.split('.')
        if p.dim() > 1:
            table = 'embed' in name and 'token' in name or 'position' in name or name.endswith('relative_attention_bias.weight')
            p.copy_(draw(p) * (0.5 if table else gain / math.sqrt(math.prod(p.shape[1:]))))
        else: p.copy_(draw(p) * 0.1 + (1.0 if norm and name.endswith('weight') or name.endswith('scale') else 0.0))
        if name.split('.')[0] in ('conv_out', 'proj_out') and p.dim() > 1: p.mul_(out)
    return module.eval()

# --- what exporters wrap --------------------------------------------------------------------------------------------------------------------------

class UNet(torch.nn.Module):
    """A U-Net with the inputs of INTERFACES in the order of `names`."""
    def __init__(self, unet, *names):
        super().__init__()
        self.unet, self.names = unet, ('sample', 'timestep', 'encoder_hidden_states', *names)
    def forward(self, *tensors):
        given = dict(zip(self.names, tensors))
        added = {k: given.pop(k) for k in ('text_embeds', 'time_ids', 'image_embeds') if k in given}
        down = [given.pop(k) for k in list(given) if k.startswith('down_block_')]
        more = dict(down_block_additional_residuals=tuple(down), mid_block_additional_residual=given.pop('mid_block')) if down else {}
        if added: more['added_cond_kwargs'] = added
        return self.unet(**given, **more, return_dict=False)[0]

class Encoder(torch.nn.Module):
    """Mean and log-variance of an AutoencoderKL, or the latents of a tiny autoencoder."""
    def __init__(self, vae):
        super().__init__()
        self.vae = vae
    def forward(self, sample):
        out = self.vae.encode(sample)
        return out.latent_dist.parameters if hasattr(out, 'latent_dist') else out.latents

class Decoder(torch.nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.vae = vae
    def forward(self, latent_sample):
        return self.vae.decode(latent_sample).sample

class Text(torch.nn.Module):
    """A CLIP text encoder; `outputs` names what is answered, hidden_states.N included."""
    def __init__(self, encoder, outputs):
        super().__init__()
        self.encoder, self.outputs = encoder, outputs
    def forward(self, input_ids):
        out = self.encoder(input_ids.long(), output_hidden_states=True)
        return tuple(out.hidden_states[int(o.split('.')[1])] if o.startswith('hidden_states.') else getattr(out, o) for o in self.outputs)

# --- the folder -----------------------------------------------------------------------------------------------------------------------------------

def shorten(file):
    model = onnx.load(file)
    graph = model.graph
    kept = {v.name for v in (*graph.input, *graph.output)} | {i.name for i in graph.initializer}
    assert not any(a.HasField('g') for n in graph.node for a in n.attribute), 'names inside of branches are left alone'
    short = {}
    name = lambda n: n if n in kept or not n else short.setdefault(n, f'v{len(short)}')
    for node in graph.node:
        node.name = node.doc_string = ''
        del node.metadata_props[:]
        node.input[:], node.output[:] = [name(n) for n in node.input], [name(n) for n in node.output]
    del graph.value_info[:]
    onnx.save(model, file)

VECTORS = {'timestep', 'class_labels'}

class Folder:
    def __init__(self, path):
        self.path = Path(path)
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir(parents=True)
        self.parts, self.submodels, self.cases, self.inputs = {}, {}, [], {}

    def write(self, name, value):
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value, indent=1, default=plain) + '\n')

    def npy(self, name, array):
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, np.ascontiguousarray(array))
        return name

    def index(self, pipeline, **parts):
        """model_index.json and the schedulers' folders. A part is its class name, its object, or a value (force_zeros_for_empty_prompt=True)."""
        index = {'_class_name': pipeline, '_diffusers_version': '0.42.1'}
        for name, part in parts.items():
            if isinstance(part, (bool, int, float)) or part is None: index[name] = part if part is not None else [None, None]
            elif isinstance(part, (list, tuple)): index[name] = list(part)
            else: index[name] = [library(part), part if isinstance(part, str) else type(part).__name__]
            if hasattr(part, 'set_timesteps'): self.write(f'{name}/scheduler_config.json', {**part.config, '_class_name': type(part).__name__})
        self.write('model_index.json', index)

    def export(self, name, module, config, inputs, outputs, opset=17, dynamo=False, fixed=(), external=None, half=False, compact=False, axes=None):
        """`fixed` lists the axes that are not dynamic: 'batch', 'height', ... ; `external` names the file of the weights; `half` converts the whole network; `compact` leaves out
        names of nodes and shortens those of values, which is half of a small file; `axes` names dynamic axes otherwise, {input: {2: 'length'}}."""
        part = self.path / name
        part.mkdir(parents=True, exist_ok=True)
        file = part / 'model.onnx'
        if config is not None: self.write(f'{name}/config.json', dict(config.to_dict() if hasattr(config, 'to_dict') else config))
        kind = torch.float16 if half else torch.float32
        tensors = {k: (torch.from_numpy(closed(v, i)) if isinstance(v, tuple) else v) for i, (k, v) in enumerate(inputs.items())}
        tensors = {k: v.to(kind) if v.is_floating_point() else v for k, v in tensors.items()}
        module = (module.half() if half else module).eval()
        axes = {k: axes_of(k, v, fixed) for k, v in tensors.items()} | (axes or {})
        if dynamo:
            shapes = tuple({i: torch.export.Dim.AUTO for i in a} for a in axes.values())
            positional = [p for p in inspect.signature(module.forward).parameters.values()]
            if positional and positional[0].kind == inspect.Parameter.VAR_POSITIONAL: shapes = (shapes,)
            torch.onnx.export(module, tuple(tensors.values()), str(file), dynamo=True, opset_version=opset, input_names=list(inputs), output_names=list(outputs),
                              dynamic_shapes=shapes, external_data=external is not None, verbose=False)
        else:
            torch.onnx.export(module, tuple(tensors.values()), str(file), dynamo=False, opset_version=opset, input_names=list(inputs), output_names=list(outputs),
                              dynamic_axes={k: a for k, a in axes.items() if a}, do_constant_folding=True)
        if half: module.float()
        if compact: shorten(file)
        if external:
            model = onnx.load(file)
            for other in part.iterdir():
                if other.name not in ('model.onnx', 'config.json'): other.unlink()
            onnx.save(model, file, save_as_external_data=True, all_tensors_to_one_file=True, location=external, size_threshold=256)
        self.parts[name] = file
        return file

    def session(self, name, optimised=True):
        options = ort.SessionOptions()
        # Sums of products of bytes exactly, as processors with VNNI make them; others saturate unless told.
        options.add_session_config_entry('session.x64quantprecision', '1')
        options.intra_op_num_threads = 1
        if not optimised: options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
        return ort.InferenceSession(str(self.path / name / 'model.onnx'), options, providers=['CPUExecutionProvider'])

    def run(self, name, feeds, optimised=True):
        session = self.session(name, optimised)
        kinds = {i.name: i.type for i in session.get_inputs()}
        out = session.run(None, {k: cast(v, kinds[k]) for k, v in feeds.items() if k in kinds})
        return dict(zip([o.name for o in session.get_outputs()], out))

    def component(self, part, case, **inputs):
        """One case of reference/submodel/PART.json. An input is (formula, shape), or (formula, shape, array) where the formula is words (tokens)."""
        session = self.session(part)
        kinds = {i.name: i.type for i in session.get_inputs()}
        feeds = {k: cast(v[2] if len(v) > 2 else evaluate(*v), kinds[k]) for k, v in inputs.items()}
        out, slow = self.run(part, feeds), self.run(part, feeds, optimised=False)
        entry = {'case': case, 'inputs': {k: {'formula': v[0], 'shape': list(v[1]), 'dtype': str(feeds[k].dtype)} for k, v in inputs.items()}, 'outputs': {}}
        for name, value in out.items():
            gap = float(np.max(np.abs(value.astype(np.float64) - slow[name].astype(np.float64))))
            told = {**statistics(value), 'max_abs_diff_ort_opt_vs_noopt': gap}
            if value.size <= 20_000: told['file'] = self.npy(f'reference/submodel/{part}.{case}.{name}.npy', value)
            entry['outputs'][name] = told
        self.submodels.setdefault(part, []).append(entry)
        self.write(f'reference/submodel/{part}.json', {'component': part, 'cases': self.submodels[part]})

    def input_file(self, key, value):
        """A picture or an array as a file of reference/inputs; equal ones share it."""
        array = np.asarray(value.detach() if isinstance(value, torch.Tensor) else value)
        same = (array.shape, array.tobytes(), isinstance(value, Image.Image))
        if same not in self.inputs:
            kind = 'png' if isinstance(value, Image.Image) else 'npy'
            used = sum(1 for name in self.inputs.values() if Path(name).stem.rsplit('_', 1)[0] == key)
            name = f'reference/inputs/{key}_{used}.{kind}'
            (self.path / 'reference/inputs').mkdir(parents=True, exist_ok=True)
            value.save(self.path / name) if kind == 'png' else np.save(self.path / name, array)
            self.inputs[same] = name
        return self.inputs[same]

    def case(self, pipe, name, call, seed, scheduler=None, steps=False, ort='floor', images=True, tolerance=None, description=None, pipeline=None, swap=None, extra=None):
        """One case of reference/pipeline. `swap` is a context manager that puts exported networks in place of those of `pipe`; ort='none' leaves that run out."""
        if scheduler is not None: pipe.scheduler = scheduler
        made = record(pipe, call, seed)
        other = None
        if ort != 'none':
            with (swap or swapped)(self, pipe): other = record(pipe, call, seed)
        truncated = self.integer_timestep() and any(t != int(t) for t in made['told'])
        reference = other if ort == 'reference' else made
        at = f'reference/pipeline/{name}'
        files, plain_call = {}, {}
        for key, value in call.items():
            plain_call[key] = described(value)
            if isinstance(value, (Image.Image, torch.Tensor, np.ndarray)): files[key] = self.input_file(key, value)
            elif isinstance(value, list) and value and isinstance(value[0], (Image.Image, torch.Tensor, np.ndarray)): files[key] = [self.input_file(key, v) for v in value]
        final = 'final_sample' if not hasattr(pipe, 'vae') else 'final_latents'
        out = {
            'name': name, 'description': description, 'pipeline': pipeline or type(pipe).__name__, 'scheduler': name.split('_')[0], 'scheduler_class': type(pipe.scheduler).__name__,
            'scheduler_config': {**pipe.scheduler.config, '_class_name': type(pipe.scheduler).__name__}, 'seed': seed, 'call': plain_call, 'input_files': files,
            'timesteps': reference['timesteps'], 'scheduler_timesteps': [float(t) for t in pipe.scheduler.timesteps], 'init_noise_sigma': float(getattr(pipe.scheduler, 'init_noise_sigma', 1)),
            'noise_draws': [{'file': self.npy(f'{at}/noise_{i:02d}.npy', d), 'shape': list(d.shape)} for i, d in enumerate(reference['draws'])],
            final: {**statistics(reference['final']), 'file': self.npy(f'{at}/{final}.npy', reference['final'])},
            'steps': [{'t': t, **{k: v for k, v in statistics(x).items() if k in ('sum', 'sum_abs', 'weighted', 'std')}} for t, x in zip(reference['timesteps'], reference['steps'])],
        }
        if hasattr(pipe.scheduler, 'sigmas'): out['scheduler_sigmas'] = [float(s) for s in pipe.scheduler.sigmas]
        if steps:
            for i, x in enumerate(reference['steps']): self.npy(f'{at}/step_{i:02d}.npy', x)
        if images and reference['images'] is not None: out['image'] = self.pictures(at, reference['images'])
        if other is not None:
            gap = made['final'].astype(np.float64) - other['final'].astype(np.float64)
            out['noise_floor_torch_vs_onnxruntime'] = {('sample' if final == 'final_sample' else 'latents') + '_max_abs': float(np.max(np.abs(gap))),
                                                       'latents_rel_rms': float(np.sqrt(np.mean(gap ** 2) / np.mean(made['final'].astype(np.float64) ** 2)))}
            if images and made['images'] is not None: out['noise_floor_torch_vs_onnxruntime']['image_max_u8'] = int(np.abs(made['images'].astype(int) - other['images']).max())
            if truncated and ort == 'floor':
                own = f'{final}_int64_timestep'
                out |= {'authoritative_for_this_onnx_file': f'{own}.npy', own: {**statistics(other['final']), 'file': self.npy(f'{at}/{own}.npy', other['final'])}}
                if images and other['images'] is not None: self.pictures(at, other['images'], 'image_int64_timestep')
        if tolerance: out['tolerance'] = tolerance
        self.write(f'{at}/case.json', {**out, **(extra or {})})
        self.cases.append(name)
        floor = out.get('noise_floor_torch_vs_onnxruntime', {})
        print(f'{self.path.name}/{name}: max {np.abs(reference["final"]).max():.3g}, {len(reference["draws"])} draws, floor {list(floor.values())[:1]}', flush=True)
        return reference

    def pictures(self, at, images, stem='image'):
        files = []
        for i, pixels in enumerate(images.reshape(-1, *images.shape[-3:])):
            name = f'{at}/{stem}_{i}.png'
            Image.fromarray(pixels).save(self.path / name)
            files.append(name)
        return {'shape': list(images.shape), 'sum': int(images.sum()), 'mean': float(images.mean()), 'std': float(images.std()), 'files': files}

    def integer_timestep(self):
        for part in ('unet', 'transformer', 'prior'):
            if part in self.parts: return any(i.name == 'timestep' and 'int' in i.type for i in self.session(part).get_inputs())
        return False

    def done(self):
        self.write('reference/pipeline/index.json', {'cases': sorted(self.cases)})
        for part in ('unet', 'transformer', 'prior', 'controlnet'):
            if part in self.parts: self.depends(part)
        size = sum(f.stat().st_size for f in self.path.rglob('*') if f.is_file())
        print(f'{self.path}: {len(self.cases)} pipeline cases, {size / 1e6:.2f} MB')

    def depends(self, part):
        """Fails where an input does not change the output by a hundredth of its size: a wrong value there would pass unseen."""
        session = self.session(part)
        size = lambda i, a: a if isinstance(a, int) else {0: 1, 1: 8}.get(i, 16)
        base = {i.name: cast(np.full([size(n, a) for n, a in enumerate(i.shape)], 1.0) if 'int' in i.type or not i.shape else closed([size(n, a) for n, a in enumerate(i.shape)], 1), i.type) for i in session.get_inputs()}
        try: want = session.run(None, base)[0].astype(np.float64)
        except Exception as error: return print(f'  {part}: not probed ({str(error)[:90]})')
        for name, value in base.items():
            other = np.arange(value.size).reshape(value.shape) % 2 if name.endswith('mask') else value * 3 + 2
            got = session.run(None, {**base, name: np.asarray(other, value.dtype)})[0].astype(np.float64)
            change = float(np.abs(got - want).max() / np.abs(want).max())
            assert change > 0.01, f'{part} hardly depends on {name}: {change}'

# --- running ---------------------------------------------------------------------------------------------------------------------------------------

def record(pipe, call, seed):
    """Runs a pipeline, or a function of a generator, and keeps what a reference needs."""
    draws, steps, told, kept = [], [], [], {}
    generator = [torch.Generator().manual_seed(s) for s in seed] if isinstance(seed, list) else torch.Generator().manual_seed(seed)
    randn, step = torch.randn, pipe.scheduler.step
    def drawn(*shape, generator=None, **more):
        out = randn(*shape, generator=generator, **more)
        if generator is not None: draws.append(out.detach().float().cpu().numpy().copy())
        return out
    @functools.wraps(step)  # pipelines read its signature
    def stepped(*args, **more):
        out = step(*args, **more)
        value = out[0] if isinstance(out, tuple) else out.prev_sample
        kept['last'] = value.detach().float().numpy().copy()
        told.append(float(args[1] if len(args) > 1 else more['timestep']))
        steps.append(kept['last'])
        return out
    def after(_pipe, i, t, tensors):
        steps[-1] = tensors['latents'].detach().float().numpy().copy()
        return {}
    parameters = inspect.signature(pipe.__call__).parameters
    given = {k: v for k, v in call.items()}
    if 'callback_on_step_end' in parameters: given['callback_on_step_end'] = after
    if 'output_type' in parameters and given.get('output_type') != 'latent': given['output_type'] = 'np'
    if hasattr(pipe, 'set_progress_bar_config'): pipe.set_progress_bar_config(disable=True)
    torch.randn, pipe.scheduler.step = drawn, stepped
    try: out = pipe(generator=generator, **given)
    finally:
        torch.randn = randn
        del pipe.scheduler.step
    images = next((getattr(out, k) for k in ('images', 'frames') if hasattr(out, k)), None)
    if images is not None and given.get('output_type') == 'np' and np.asarray(images).shape[-1] in (1, 3): images = np.round(255 * np.clip(np.asarray(images, dtype=np.float64), 0, 1)).astype(np.uint8)
    else: images = None
    return {'draws': draws, 'steps': steps, 'timesteps': told, 'told': told, 'final': steps[-1], 'images': images, 'out': out}

@contextlib.contextmanager
def swapped(folder, pipe):
    """The exported networks in place of the pipeline's own."""
    held = []
    def put(module, name, function):
        held.append((module, name, module.__dict__.get(name)))
        setattr(module, name, function)
    try:
        control = getattr(pipe, 'controlnet', None)
        for i, net in enumerate(getattr(control, 'nets', [control])):
            name = f'controlnet_{i}' if i else 'controlnet'
            if name in folder.parts: put(net, 'forward', control_of(folder.session(name), net))
        for part in ('unet', 'transformer', 'prior'):
            module = getattr(pipe, part, None)
            if part in folder.parts and module is not None: put(module, 'forward', forward_of(folder.session(part), module))
        vae = getattr(pipe, 'vae', None)
        if vae is not None and 'vae_decoder' in folder.parts: put(vae, 'decode', decode_of(folder.session('vae_decoder')))
        yield
    finally:
        for module, name, before in reversed(held):
            if before is None: delattr(module, name)
            else: setattr(module, name, before)

class Answer(tuple):
    """What a network answers, for callers that ask for a tuple and for those that ask for `.sample`."""
    sample = property(lambda self: self[0])

def decode_of(session):
    name, kind = session.get_inputs()[0].name, session.get_inputs()[0].type
    def decode(z, *_, **__):
        return Answer((torch.from_numpy(np.concatenate([session.run(None, {name: cast(x[None].numpy(), kind)})[0] for x in z])).float(),))
    return decode

def control_of(session, module):
    """The residuals of a ControlNet. Exported files know no guess mode, which weighs them from a tenth to one."""
    whole = forward_of(session, module)
    def forward(*args, guess_mode=False, **more):
        *down, mid = whole(*args, **more)
        weights = torch.logspace(-1, 0, len(down) + 1) if guess_mode else torch.ones(len(down) + 1)
        return [d * w for d, w in zip(down, weights)], mid * weights[-1]
    return forward

def forward_of(session, module):
    """A forward of the module's own signature that runs the exported file; nested arguments are found by their names."""
    names = list(inspect.signature(type(module).forward).parameters)[1:]
    def forward(*args, **more):
        given = {**dict(zip(names, args)), **more}
        for nested in ('added_cond_kwargs', 'cross_attention_kwargs'): given |= given.pop(nested, None) or {}
        for i, d in enumerate(given.pop('down_block_additional_residuals', None) or ()): given[f'down_block_{i}'] = d
        given['mid_block'] = given.pop('mid_block_additional_residual', None)
        batch = next(v for k, v in given.items() if k in ('sample', 'hidden_states') and v is not None).shape[0]
        out = session.run(None, {i.name: cast(fitted(given[i.name], i, batch), i.type) for i in session.get_inputs()})
        return Answer(torch.from_numpy(o).float() for o in out)
    return forward

def fitted(value, port, batch):
    """A timestep in the form that the file takes."""
    array = np.asarray(value.detach().numpy() if isinstance(value, torch.Tensor) else value)
    if len(port.shape) > 1 or port.name not in VECTORS and port.name != 'conditioning_scale': return array
    if not port.shape: return array.reshape(-1)[0]
    return np.broadcast_to(array.reshape(-1), (port.shape[0] if isinstance(port.shape[0], int) else batch,))

# --- tokenizers -------------------------------------------------------------------------------------------------------------------------------------

WORDS = 'a an the of in on with photo picture painting cat dog red blue green cube house tree river mountain night day blurry lowres bad good low high quality detailed small big winter summer'.split()

def clip_tokenizer(folder, name='tokenizer', pad='<|endoftext|>', length=77):
    """A CLIP vocabulary over printable ASCII that knows some words; as slow files (vocab.json, merges.txt), as published folders have them."""
    from transformers import CLIPTokenizer
    at = Path(folder.path if isinstance(folder, Folder) else folder) / name
    at.mkdir(parents=True, exist_ok=True)
    letters = [chr(c) for c in range(33, 127)]
    merges, seen = [], set()
    for word in WORDS:
        symbols = [*word[:-1], word[-1] + '</w>']
        while len(symbols) > 1:
            pair = (symbols[0], symbols[1])
            if pair not in seen: seen.add(pair), merges.append(pair)
            symbols = [''.join(pair), *symbols[2:]]
    tokens = [*letters, *[l + '</w>' for l in letters], *dict.fromkeys(''.join(m) for m in merges), '<|startoftext|>', '<|endoftext|>']
    tokens = list(dict.fromkeys(tokens))
    (at / 'vocab.json').write_text(json.dumps({t: i for i, t in enumerate(tokens)}))
    (at / 'merges.txt').write_text('#version: 0.2\n' + ''.join(f'{a} {b}\n' for a, b in merges))
    special = {'bos_token': '<|startoftext|>', 'eos_token': '<|endoftext|>', 'unk_token': '<|endoftext|>', 'pad_token': pad}
    (at / 'special_tokens_map.json').write_text(json.dumps(special, indent=1))
    (at / 'tokenizer_config.json').write_text(json.dumps({**special, 'tokenizer_class': 'CLIPTokenizer', 'model_max_length': length, 'do_lower_case': True, 'add_prefix_space': False, 'errors': 'replace'}, indent=1))
    return CLIPTokenizer.from_pretrained(str(at))

def t5_tokenizer(folder, name='tokenizer', length=512):
    """A unigram vocabulary of letters and some words in T5's form (tokenizer.json)."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import T5TokenizerFast
    at = Path(folder.path if isinstance(folder, Folder) else folder) / name
    pieces = [('<pad>', 0.0), ('</s>', 0.0), ('<unk>', 0.0), ('\u2581', -2.0)]
    pieces += [('\u2581' + w, -4.0 - i / 50) for i, w in enumerate(WORDS)] + [(chr(c), -8.0 - c / 500) for c in range(33, 127)]
    own = Tokenizer(models.Unigram(pieces, unk_id=2))
    own.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement='\u2581', prepend_scheme='always')])
    own.decoder = decoders.Metaspace(replacement='\u2581', prepend_scheme='always')
    own.post_processor = processors.TemplateProcessing(single='$A </s>', special_tokens=[('</s>', 1)])
    fast = T5TokenizerFast(tokenizer_object=own, eos_token='</s>', unk_token='<unk>', pad_token='<pad>', extra_ids=0, model_max_length=length)
    fast.save_pretrained(at)
    return fast

def tokens(tokenizer, texts, length):
    """(formula, shape, ids) of padded texts, for `Folder.component`."""
    ids = tokenizer(list(texts), padding='max_length', max_length=length, truncation=True, return_tensors='np').input_ids
    return f'CLIP tokens of {list(texts)} padded to {length}', (len(texts), length), ids

# --- small things -----------------------------------------------------------------------------------------------------------------------------------

def axes_of(name, tensor, fixed):
    words = {0: 'batch', 2: 'height', 3: 'width'} if tensor.dim() == 4 else {0: 'batch', 1: 'sequence'} if tensor.dim() == 3 or name == 'input_ids' or name.endswith('mask') else {0: 'batch'} if tensor.dim() else {}
    if tensor.dim() == 5: words = {0: 'batch', 2: 'frames', 3: 'height', 4: 'width'}
    return {i: w if w in ('batch', 'sequence', 'frames') else f'{name}_{w}' for i, w in words.items() if w not in fixed}

def cast(value, kind):
    types = {'float': np.float32, 'float16': np.float16, 'double': np.float64, 'int64': np.int64, 'int32': np.int32, 'bool': np.bool_}
    array = np.asarray(value)
    want = types[re.sub(r'tensor\((.*)\)', r'\1', kind)]
    return np.asarray((np.trunc(array) if np.issubdtype(want, np.integer) else array), want)

def statistics(array):
    v = np.asarray(array, dtype=np.float64).ravel()
    return {'shape': list(array.shape), 'dtype': str(array.dtype), 'sum': v.sum(), 'sum_abs': np.abs(v).sum(), 'sum_sq': (v * v).sum(), 'weighted': (v * np.cos(0.1 * np.arange(v.size))).sum(),
            'min': v.min(), 'max': v.max(), 'mean': v.mean(), 'std': v.std(), 'first8': v[:8].tolist(), 'last8': v[-8:].tolist()}

def described(value):
    if isinstance(value, Image.Image): return {'image': list(value.size), 'mode': value.mode}
    if isinstance(value, (torch.Tensor, np.ndarray)): return {'tensor': list(value.shape)}
    if isinstance(value, (list, tuple)): return [described(v) for v in value]
    return value

def library(part):
    name = part if isinstance(part, str) else type(part).__name__
    return 'transformers' if name.startswith(('CLIP', 'T5', 'Bert')) else 'diffusers'

def plain(value):
    if isinstance(value, (np.floating, np.integer, np.bool_)): return value.item()
    if isinstance(value, (np.ndarray, torch.Tensor)): return value.tolist()
    return str(value)
