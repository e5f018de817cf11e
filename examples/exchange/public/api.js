// @ts-check
// REST: the exchange's answer, or its refusal in words.

/** A refusal. `field` is the part of the request that is wrong, where it is one. */
export class Refusal extends Error {
  /** @param {string} message @param {string} [field] @param {string} [code] */
  constructor(message, field, code) {
    super(message);
    this.field = field;
    this.code = code;
  }
}

const anchor = location.hash.slice(1);

/**
 * The API key of whoever uses the page, from its address: http://127.0.0.1:8080/#alfa-key. Without one it is a guest's; what
 * names a part of the page is none.
 */
export const key = document.getElementById(anchor) ? "" : anchor;

/**
 * @param {"GET" | "POST" | "PATCH" | "DELETE"} method
 * @param {string} path below /api/v1/
 * @param {object} [body]
 * @returns {Promise<any>} @throws {Refusal}
 */
export async function call(method, path, body) {
  const response = await fetch(`/api/v1/${path}`, {
    method,
    headers: {
      ...(key && { authorization: `Bearer ${key}` }),
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Refusal(
      "The exchange cannot be reached; whether it has the request is not known",
      undefined,
      "unreachable",
    );
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const { message, field, code } = answer.error ?? { message: `it answered ${response.status}` };
  throw new Refusal(message, field, code);
}
