export { type WasmBackend, type WasmOptions, wasm } from './backend.ts'
