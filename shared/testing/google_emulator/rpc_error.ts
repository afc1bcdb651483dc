/** How a call of the emulator fails: grpc-js sends `code` and `details` of an error it is given. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly details: string;

  constructor(code: number, details: string) {
    super(details);
    this.code = code;
    this.details = details;
  }
}
