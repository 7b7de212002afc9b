import type { Schedule } from '../../../plugins/sdk/index.js'
import alignYourSteps from './align-your-steps.js'
import beta from './beta.js'
import bongTangent from './bong-tangent.js'
import cosine from './cosine.js'
import custom from './custom.js'
import ddimUniform from './ddim-uniform.js'
import exponential from './exponential.js'
import flowShift from './flow-shift.js'
import gits from './gits.js'
import karras from './karras.js'
import klOptimal from './kl-optimal.js'
import laplace from './laplace.js'
import leading from './leading.js'
import linearQuadratic from './linear-quadratic.js'
import linear from './linear.js'
import linspace from './linspace.js'
import logitNormal from './logit-normal.js'
import normal from './normal.js'
import optimalSteps from './optimal-steps.js'
import polyexponential from './polyexponential.js'
import scaledLinear from './scaled-linear.js'
import sdTurbo from './sd-turbo.js'
import sgmUniform from './sgm-uniform.js'
import sigmoid from './sigmoid.js'
import simple from './simple.js'
import smoothstep from './smoothstep.js'
import trailing from './trailing.js'
import variancePreserving from './variance-preserving.js'

/** Every built-in schedule, by name. */
export const schedules: readonly Schedule[] = [
  alignYourSteps, beta, bongTangent, cosine, custom, ddimUniform, exponential, flowShift, gits, karras, klOptimal, laplace, leading,
  linearQuadratic, linear, linspace, logitNormal, normal, optimalSteps, polyexponential, scaledLinear, sdTurbo, sgmUniform, sigmoid, simple,
  smoothstep, trailing, variancePreserving,
]
