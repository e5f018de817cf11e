import type { FixLoadLogin } from "./fix-load-client.ts";

/** Logins that the benchmark's exchange lets in and its load client uses. */
export function loadLogins(count: number): FixLoadLogin[] {
  return Array.from({ length: count }, (_, index) => ({ compId: `L${index}`, password: `secret${index}` }));
}
