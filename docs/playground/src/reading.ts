// What reads files is loaded together when some are dropped: two parts that share code would have it in what is loaded first.
export { datasetOf } from './files.ts'
export { recordingOf, recordingsOf } from './recordings.ts'
