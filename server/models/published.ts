/** What published pipelines take where a call says nothing: steps, guidance scale and strength, by class. */
export const published: Readonly<Record<string, readonly [steps: number, guidanceScale: number, strength?: number]>> = {
  StableDiffusionXLPipeline: [50, 5], StableDiffusionXLImg2ImgPipeline: [50, 5, 0.3], StableDiffusionXLInpaintPipeline: [50, 7.5, 0.9999],
  StableDiffusionXLControlNetPipeline: [50, 5], StableDiffusionXLControlNetImg2ImgPipeline: [50, 5, 0.8], StableDiffusionXLControlNetInpaintPipeline: [50, 5, 0.9999], StableDiffusionXLInstructPix2PixPipeline: [100, 5],
  StableDiffusionInstructPix2PixPipeline: [100, 7.5], LatentConsistencyModelImg2ImgPipeline: [4, 8.5, 0.8], LatentConsistencyModelPipeline: [4, 8.5],
  StableDiffusion3Pipeline: [28, 7], StableDiffusion3Img2ImgPipeline: [50, 7, 0.6], StableDiffusion3InpaintPipeline: [50, 7, 0.6],
  FluxPipeline: [28, 3.5], FluxImg2ImgPipeline: [28, 7, 0.6], FluxInpaintPipeline: [28, 7, 0.6],
  PixArtAlphaPipeline: [20, 4.5], PixArtSigmaPipeline: [20, 4.5], ConsistencyModelPipeline: [1, 1],
  AnimateDiffVideoToVideoPipeline: [50, 7.5, 0.8], IFPipeline: [100, 7], IFSuperResolutionPipeline: [50, 4], UnCLIPPipeline: [25, 8],
  StableDiffusionUpscalePipeline: [75, 9], DiTPipeline: [50, 4], DanceDiffusionPipeline: [100, 1], AudioLDMPipeline: [10, 2.5], DDPMPipeline: [1000, 1], DDIMPipeline: [50, 1],
}
