import type { RejectReason } from "../../venue/reject-reasons.ts";

/**
 * Why a request was refused before it reached the venue. `field` names the part of the request that is wrong, where one
 * is.
 *
 * - `malformed-json`, `unsupported-media-type`, `body-too-large`: the body could not be read
 * - `invalid-request`: the body is not an object, or has a field that it must not have, or lacks `expireTime`
 * - `unknown-symbol`, `invalid-side`, `invalid-type`, `invalid-time-in-force`, `invalid-quantity`, `invalid-price`,
 *   `price-off-tick`, `invalid-client-order-id`: a field
 * - `unauthorized`: no such API key
 * - `forbidden-host`: sent to a name that is not ours, or by a page of another host
 * - `unknown-order`: no order of yours has this id
 * - `unavailable`: the venue takes no commands (its disk is full, or too many wait); nothing was done
 * - `not-found`: no such path
 * - `internal-error`: our fault; the request may be tried again
 *
 * A request that the venue refused has the venue's {@link RejectReason}.
 */
export type ApiErrorCode =
  | "malformed-json"
  | "unsupported-media-type"
  | "body-too-large"
  | "invalid-request"
  | "unknown-symbol"
  | "invalid-side"
  | "invalid-type"
  | "invalid-time-in-force"
  | "invalid-quantity"
  | "invalid-price"
  | "price-off-tick"
  | "unauthorized"
  | "forbidden-host"
  | "unavailable"
  | "not-found"
  | "internal-error"
  | RejectReason;

const statuses: Partial<Record<ApiErrorCode, number>> = {
  "unsupported-media-type": 415,
  "body-too-large": 413,
  unauthorized: 401,
  "forbidden-host": 403,
  "unknown-order": 404,
  "not-found": 404,
  "internal-error": 500,
  unavailable: 503,
};

/** Thrown by a route and answered as `{"error":{"code","field","message"}}`. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly field: string | undefined;
  readonly status: number;

  constructor(code: ApiErrorCode, message: string, field?: string, status: number = statuses[code] ?? 400) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.field = field;
    this.status = status;
  }

  toJSON(): { error: { code: ApiErrorCode; field?: string; message: string } } {
    const { code, field, message } = this;
    return { error: { code, ...(field ? { field } : {}), message } };
  }
}
