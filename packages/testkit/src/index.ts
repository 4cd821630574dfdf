export { type RandomProgram, type RandomProgramOptions, randomProgram } from './programs.ts'
