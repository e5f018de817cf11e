/**
 * Why a request was refused. `field` names the part of the request that is wrong, where one is.
 *
 * - `malformed-json`, `unsupported-media-type`, `body-too-large`: the body could not be read
 * - `invalid-request`: the body is not an object, or has a field that orders do not have
 * - `unknown-symbol`, `invalid-side`, `invalid-type`, `invalid-quantity`, `invalid-price`, `price-off-tick`: a field
 * - `unknown-order`: no open order of yours has this id
 * - `book-full`: the instrument holds as many orders as it may
 * - `not-found`: no such path
 * - `internal-error`: our fault; the request may be tried again
 */
export type ApiErrorCode =
  | "malformed-json"
  | "unsupported-media-type"
  | "body-too-large"
  | "invalid-request"
  | "unknown-symbol"
  | "invalid-side"
  | "invalid-type"
  | "invalid-quantity"
  | "invalid-price"
  | "price-off-tick"
  | "unknown-order"
  | "book-full"
  | "not-found"
  | "internal-error";

const statuses: Partial<Record<ApiErrorCode, number>> = {
  "unsupported-media-type": 415,
  "body-too-large": 413,
  "unknown-order": 404,
  "book-full": 429,
  "not-found": 404,
  "internal-error": 500,
};

/** Thrown by a route and answered as `{"error":{"code","field","message"}}`. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly field: string | undefined;

  constructor(code: ApiErrorCode, message: string, field?: string) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.field = field;
  }

  get status(): number {
    return statuses[this.code] ?? 400;
  }

  toJSON(): { error: { code: ApiErrorCode; field?: string; message: string } } {
    const { code, field, message } = this;
    return { error: { code, ...(field ? { field } : {}), message } };
  }
}
