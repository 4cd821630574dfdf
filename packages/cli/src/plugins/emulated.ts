/** Names of programs that emulate a GPU: Mesa's lavapipe, SwiftShader, Windows' WARP; and of the stand-in for a driver in tests. */
const programs = /swiftshader|llvmpipe|lavapipe|softpipe|software (rasterizer|adapter)|basic render|\bwarp\b|stand-in/i

/** Whether a device is a processor that emulates a GPU: its times say nothing about GPUs. */
export const isEmulated = (device: string): boolean => programs.test(device)
