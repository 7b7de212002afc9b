"""Copies the smallest useful part of generated folders into golden/models: `golden.py OUT golden/models`, where OUT is what the family's script was given."""
import json, shutil, sys
from pathlib import Path

CASES = {
    'sd1-inpaint': ['pndm_5_st06'], 'sd1-edit': ['ddim_5_scales'], 'lcm': ['lcm_6_g3_original', 'i2i_lcm_3_st05'], 'sd1-taesd': ['i2i_ddim_5'],
    'sd2-v': ['ddim_5_zero_rescale', 'ddim_4_imgs2_eta', 'ddim_4_clip_skip1'], 'sdxl-base': ['euler_4_two_prompts', 'euler_4_sizes', 'dpmpp_5_end', 'inpaint_euler_4_default', 'ddim_3_clip_skip1'],
    'sdxl-refiner': ['i2i_ddim_10', 'euler_8_start_end', 'i2i_imgs2'], 'sd1-control': ['pndm_6_part', 'ddim_4_guess', 'multi_ddim_4'],
    'upscale-x4': ['ddim_4_noise60'],
}

def copy(source, target):
    shutil.rmtree(target, ignore_errors=True)
    kept = CASES[source.name]
    shutil.copytree(source, target, ignore=lambda at, names: [n for n in names if Path(at).name == 'pipeline' and n not in kept and n != 'index.json' or n.startswith('step_')])
    (target / 'reference/pipeline/index.json').write_text(json.dumps({'cases': kept}, indent=1) + '\n')
    used = {f for name in kept for files in json.loads((target / 'reference/pipeline' / name / 'case.json').read_text())['input_files'].values() for f in ([files] if isinstance(files, str) else files)}
    for file in (target / 'reference/inputs').glob('*') if (target / 'reference/inputs').exists() else []:
        if f'reference/inputs/{file.name}' not in used: file.unlink()
    print(target, sum(f.stat().st_size for f in target.rglob('*') if f.is_file()) // 1000, 'kB')

out, golden = map(Path, sys.argv[1:3])
for name in CASES:
    if (out / name).exists(): copy(out / name, golden / name)
