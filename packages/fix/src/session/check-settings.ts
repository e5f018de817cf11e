import { FixError } from "../errors.ts";
import type { SessionSettings } from "./settings.ts";

/** @throws FixError `option-invalid` for settings that no session can have */
export function checkSettings(settings: Omit<SessionSettings, "role">): void {
  if (!/^(?:FIX\.4\.[0-4]|FIXT\.1\.1)$/.test(settings.beginString)) {
    const rule = "must be FIX.4.0 to FIX.4.4, or FIXT.1.1 for FIX 5.0 and later";
    throw new FixError("option-invalid", `beginString ${rule}, was ${settings.beginString}`);
  }
  const isFixt = settings.beginString === "FIXT.1.1";
  if (isFixt && (!settings.transportDictionary || !settings.defaultApplVerId)) {
    throw new FixError("option-invalid", "a FIXT session needs transportDictionary and defaultApplVerId");
  }
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === "number" && !(value >= 0))
      throw new FixError("option-invalid", `${name} must be a number from 0 on, was ${value}`);
  }
  if (!Number.isInteger(settings.heartBtIntSeconds ?? 30))
    throw new FixError(
      "option-invalid",
      `heartBtIntSeconds must be whole, was ${settings.heartBtIntSeconds}`,
    );
}
