/** The part of WebAssembly that is used here; TypeScript knows it only of browsers. */
declare namespace WebAssembly {
  class Module {
    constructor (bytes: Uint8Array)
  }
  class Instance {
    constructor (module: Module)
    readonly exports: Record<string, unknown>
  }
  class Memory {
    readonly buffer: ArrayBuffer
    /** Adds so many pages of 64 KiB. */
    grow (pages: number): number
  }
}
