declare module 'snappyjs' {
  const snappy: {
    compress (plain: Buffer): Buffer
    uncompress (compressed: Buffer, maxLength?: number): Buffer
  }
  export default snappy
}
