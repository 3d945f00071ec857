/** An error with the wording of an AWS service. `name` is sent to the SDK, which uses it as the name of the exception. */
export class ServiceError extends Error {
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}
