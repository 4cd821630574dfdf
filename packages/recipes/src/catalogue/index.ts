import type { Recipe } from '../recipe.ts'
import { demo } from './demo.ts'
import { demoConv } from './demo-conv.ts'
import { eligibility } from './eligibility.ts'
import { eligibilityDeep } from './eligibility-deep.ts'
import { movingGlyphs, nGlyphs } from './event-glyphs.ts'
import { feedforward } from './feedforward.ts'
import { gradedSpikes } from './graded-spikes.ts'
import { hebbianKwta } from './hebbian-kwta.ts'
import { hebbianKwtaMended } from './hebbian-kwta-mended.ts'
import { kerasLif } from './keras-lif.ts'
import { lifTutorial } from './lif-tutorial.ts'
import { mackeyGlass } from './mackey-glass.ts'
import { mnistBptt } from './mnist-bptt.ts'
import { mnistBptt4Bit } from './mnist-bptt-4bit.ts'
import { mnistConvBptt } from './mnist-conv-bptt.ts'
import { mnistConvDecolle } from './mnist-conv-decolle.ts'
import { mnistConvEligibility } from './mnist-conv-eligibility.ts'
import { mnistConvHebbian } from './mnist-conv-hebbian.ts'
import { mnistConvRandomBp } from './mnist-conv-random-bp.ts'
import { mnistConvRelu } from './mnist-conv-relu.ts'
import { mnistDecolle } from './mnist-decolle.ts'
import { mnistEligibility } from './mnist-eligibility.ts'
import { mnistHebbian } from './mnist-hebbian.ts'
import { mnistRandomBp } from './mnist-random-bp.ts'
import { nMnist } from './n-mnist.ts'
import { patternGeneration } from './pattern-generation.ts'
import { permutedMnist } from './permuted-mnist.ts'
import { randomBp } from './random-bp.ts'
import { sequentialMnist } from './sequential-mnist.ts'
import { storeRecall } from './store-recall.ts'
import { tones } from './tones.ts'
import { yinYang } from './yin-yang.ts'

/** Every recipe that comes with hillock. */
export const recipes: readonly Recipe[] = [
  demo,
  demoConv,
  eligibility,
  eligibilityDeep,
  feedforward,
  gradedSpikes,
  hebbianKwta,
  hebbianKwtaMended,
  kerasLif,
  lifTutorial,
  mackeyGlass,
  mnistBptt,
  mnistBptt4Bit,
  mnistConvBptt,
  mnistConvDecolle,
  mnistConvEligibility,
  mnistConvHebbian,
  mnistConvRandomBp,
  mnistConvRelu,
  mnistDecolle,
  mnistEligibility,
  mnistHebbian,
  mnistRandomBp,
  movingGlyphs,
  nGlyphs,
  ...nMnist,
  patternGeneration,
  permutedMnist,
  randomBp,
  sequentialMnist,
  storeRecall,
  tones,
  yinYang,
]
