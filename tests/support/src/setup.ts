import fc from "fast-check";
import { secondsPerProperty, seed } from "./property.ts";

// Every property test of a run draws from one seed: fixed in `npm test`, so that a failure is the same on every
// machine; fresh and printed in `npm run test:long`, which is there to find what nobody thought of.
fc.configureGlobal({
  seed,
  ...(secondsPerProperty === undefined
    ? {}
    : { interruptAfterTimeLimit: secondsPerProperty * 1000, markInterruptAsFailure: false }),
  ...(process.env.PROPERTY_LONG === "1"
    ? {
        reporter: (details): void => {
          console.log(
            `property: ${details.numRuns} runs, seed ${details.seed}${details.failed ? ", FAILED" : ""}`,
          );
          if (details.failed) throw new Error(fc.defaultReportMessage(details));
        },
      }
    : {}),
});
