export { type ShiftOptions, shifts } from './augment.ts'
export { type Dataset, type Examples, split, subset, summary, take } from './dataset.ts'
export type { DownloadProgress } from './download.ts'
export {
  type EvidenceAccumulationOptions,
  type EvidenceExamples,
  evidenceAccumulation,
} from './evidence-accumulation.ts'
export { idxExamples } from './examples.ts'
export { type Chance, type GlyphOptions, type GlyphsOptions, glyph, glyphs } from './glyphs.ts'
export { type Idx, readIdx } from './idx.ts'
export { type MackeyGlass, type MackeyGlassOptions, mackeyGlass, smape } from './mackey-glass.ts'
export type { MadeOptions } from './made.ts'
export { type IdxOptions, idxDataset, type MnistOptions, mnist } from './mnist.ts'
export { type PatternGenerationOptions, patternGeneration } from './pattern-generation.ts'
export { type RandmanOptions, randman } from './randman.ts'
export type { Sequences, Task } from './sequences.ts'
export { type IdxSource, type SourceFile, sources } from './sources.ts'
export { type StoreRecallOptions, storeRecall } from './store-recall.ts'
export { yinYang } from './yin-yang.ts'
