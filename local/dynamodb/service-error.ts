/** A refusal as a service words it: the name is the one on the wire, from which the SDK makes an exception. */
export class ServiceError extends Error {
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}
