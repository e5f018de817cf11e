import type { StateHandler } from "./state.ts";

const nothing = (): void => {};

/** `disconnected` and `closing`: nothing is read and nothing becomes due. */
export const idle: StateHandler = {
  onMessage: nothing,
  onWrongVersion: nothing,
  onGarbled: nothing,
  onTick: nothing,
  deadline: () => Number.POSITIVE_INFINITY,
};
