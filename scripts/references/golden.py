"""Copies a folder with some of its cases to golden/models, without what exporters note down for their own sake.

    python golden.py OUT/sd3/sd3 golden/models/sd3 euler_4_dynamic i2i_euler_6
"""
import json, re, shutil, sys
from pathlib import Path
import onnx

source, target, cases = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
shutil.rmtree(target, ignore_errors=True)
shutil.copytree(source, target, ignore=lambda folder, names: [n for n in names if Path(folder).name == 'pipeline' and n not in cases] if 'reference' in folder else [])
for file in target.glob('*/model.onnx'):
    model = onnx.load(file, load_external_data=False)
    del model.metadata_props[:]
    for one in [model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer]:
        one.doc_string = ''
        if hasattr(one, 'metadata_props'): del one.metadata_props[:]
    onnx.save(model, file)
for f in (target / 'reference/submodel').glob('*.npy') if (target / 'reference/submodel').exists() else []: f.unlink()
used = ' '.join(f.read_text() for f in target.rglob('case.json'))
for f in (target / 'reference/inputs').glob('*') if (target / 'reference/inputs').exists() else []:
    if f.name not in used: f.unlink()
for f in target.rglob('case.json'):
    case = json.loads(f.read_text())
    f.write_text(json.dumps({k: v for k, v in case.items() if k not in ('steps', 'scheduler_timesteps', 'scheduler_sigmas')}, indent=1) + '\n')
for f in target.rglob('step_*.npy'): f.unlink()
print(target, f'{sum(f.stat().st_size for f in target.rglob("*") if f.is_file()) / 1e6:.2f} MB')
